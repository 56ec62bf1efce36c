#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "platform/core/ids.h"
#include "recommenders/files.h"

namespace crossfade::recommenders {

// Tracks that were liked together: by one listener, or in one session.
using Likes = std::vector<TrackId>;

struct Neighbour {
  TrackId track;
  float similarity = 0;  // in (0, 1]

  bool operator==(const Neighbour&) const = default;
};

// The most similar tracks of every track, best first, ties by id.
class Neighbours {
 public:
  Neighbours() : first_{0} {}

  void add(std::span<const Neighbour> row);
  std::size_t size() const { return first_.size() - 1; }  // number of tracks
  std::span<const Neighbour> operator[](TrackId track) const {
    return std::span(all_).subspan(first_[track.value], first_[track.value + 1] - first_[track.value]);
  }
  // The same rows without the similarities.
  TrackRows tracks() const;

 private:
  std::vector<Neighbour> all_;
  std::vector<std::size_t> first_;  // into all_, one more than there are tracks
};

struct ItemKnnOptions {
  // Neighbours that are kept of each track, at most. More of them find a track for more listeners and take more memory;
  // the far ones count little. Default: 50.
  std::size_t neighbours = 50;

  // Added below the fraction, in groups: what few groups like together is trusted less. 0 is the plain cosine, in which
  // two tracks that one group likes, and nobody else, are as similar as can be. Default: 10.
  double shrinkage = 10;
};

// Item-kNN over the tracks 0 .. tracks - 1:
//   similarity(i, j) = groups that like both / (sqrt(groups that like i x groups that like j) + shrinkage)
// (Sarwar et al.: Item-based collaborative filtering recommendation algorithms, WWW 2001, for likes without ratings;
// the shrinkage as in Ferrari Dacrema et al.: Are we really making much progress?, RecSys 2019). Tracks that no group
// likes together are no neighbours. A track that a group names twice counts once. Every track named must be below
// `tracks`. Similarities are compared in single precision, in which those that are equal by the formula are found equal
// in spite of rounding; so the result depends neither on the machine nor on the order of the groups.
// Time: the sum over the groups of their squared sizes. Memory: the likes twice, and the result.
Neighbours item_knn(std::span<const Likes> groups, std::size_t tracks, const ItemKnnOptions& options);

// The best tracks for who likes `likes`: summed similarity to them, best first, ties by id; at most `length`.
// `likes` themselves are left out unless `repeat`.
std::vector<TrackId> best_for(const Likes& likes, const Neighbours& neighbours, std::size_t length, bool repeat);

}  // namespace crossfade::recommenders
