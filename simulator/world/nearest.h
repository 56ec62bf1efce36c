#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/mutex.h"
#include "platform/files/matrix.h"

namespace crossfade::simulator {

// The tracks nearest to a track, by inner product of their embeddings: what a session may begin with. They are searched
// for when somebody first asks, and then kept: a world of 16 200 tracks x 4 096 dimensions has more of them than a
// short simulation wants. Thread-safe. Memory: what was found, 4 bytes a neighbour; while searching 32 rows a thread.
class NearestTracks {
 public:
  // So many tracks are searched for at once: one alone costs as much.
  static constexpr std::size_t kAtOnce = 32;

  // Of each track the `count` nearest (all, where there are fewer). `embeddings` must outlive it.
  NearestTracks(const files::Matrix& embeddings, std::size_t count);
  // Of track i the counts[i] nearest; those of 0 must not be asked for.
  NearestTracks(const files::Matrix& embeddings, std::vector<std::uint32_t> counts);

  // Nearest first, ties by id; the track itself takes part. Searches for it where nobody has. What it says depends on
  // the embeddings alone.
  std::span<const TrackId> of(TrackId track) const CROSSFADE_EXCLUDES(mutex_);

  // Searches for those of `tracks` that nobody has searched for yet; other threads may still be at some of them when it
  // returns. Exact: O(tracks x rows x columns), about 10^10 products a second and thread.
  void find(std::span<const TrackId> tracks) const CROSSFADE_EXCLUDES(mutex_);

  // Whether somebody searches for it, or has.
  bool knows(TrackId track) const CROSSFADE_EXCLUDES(mutex_);
  // Whether `of` answers at once.
  bool has(TrackId track) const { return nearest_[track.value].load(std::memory_order_acquire) != nullptr; }

 private:
  // Of `tracks` the next few that nobody searches for, kAtOnce at most, which is for the caller to do from now on.
  std::vector<TrackId> claim(std::span<const TrackId>& tracks) const CROSSFADE_EXCLUDES(mutex_);
  void search(std::span<const TrackId> claimed) const CROSSFADE_EXCLUDES(mutex_);

  const files::Matrix& embeddings_;
  std::vector<std::uint32_t> counts_;
  mutable std::vector<std::atomic<const TrackId*>> nearest_;  // by track, into found_; none before they were found
  mutable Mutex mutex_;
  mutable Condition searched_;
  mutable std::vector<bool> claimed_ CROSSFADE_GUARDED_BY(mutex_);
  mutable std::deque<std::vector<TrackId>> found_ CROSSFADE_GUARDED_BY(mutex_);
};

}  // namespace crossfade::simulator
