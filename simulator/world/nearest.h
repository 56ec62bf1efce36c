#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "platform/core/ids.h"
#include "platform/files/matrix.h"

namespace crossfade::simulator {

// The tracks nearest to each of some tracks, by inner product of their embeddings: what a session may begin with.
// Immutable once made, hence thread-safe.
class NearestTracks {
 public:
  // Of each distinct track of `tracks`, the `count` nearest (all, where there are fewer), nearest first, ties by id;
  // the track itself takes part. Exact: O(tracks x rows x columns), about 10^10 products a second and thread. The
  // result does not depend on `threads` (at least 1).
  NearestTracks(const files::Matrix& embeddings, std::span<const TrackId> tracks, std::size_t count,
                std::size_t threads);

  // `track` must be one of those that the constructor was given.
  std::span<const TrackId> of(TrackId track) const {
    return std::span(nearest_).subspan(slot_[track.value] * count_, count_);
  }

 private:
  std::size_t count_;
  std::vector<std::uint32_t> slot_;  // by track
  std::vector<TrackId> nearest_;     // count_ a slot
};

}  // namespace crossfade::simulator
