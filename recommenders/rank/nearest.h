#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "platform/files/matrix.h"
#include "recommenders/recommender.h"

namespace crossfade::recommenders {

enum class Similarity {
  inner_product,
  cosine,  // of vectors of length 0: 0
};

// Above so many tracks the nearest ones are found by an index, nearly all of them.
inline constexpr std::size_t kMostExact = 50'000;

// Which tracks' vectors are most similar to another vector: exactly, by comparing all of them, or from more than
// `most_exact` tracks on by a graph of near ones (hierarchical navigable small world: Y. Malkov, D. Yashunin, IEEE
// TPAMI 2020; hnswlib with 16 links, breadth 200), which is built on one thread, so that it is the same each time.
// Immutable: any number of threads may ask. The index takes a lock for a moment to get its scratch memory.
class NearestTracks {
 public:
  // Row i of `vectors`, finite, is that of track i.
  NearestTracks(files::Matrix vectors, Similarity similarity, std::size_t most_exact = kMostExact);
  ~NearestTracks();

  std::size_t columns() const { return vectors_.columns; }
  // As it was given, or of length 1 for the cosine.
  std::span<const float> of(TrackId track) const { return vectors_.row(track.value); }

  // At most `most`, the most similar first, of equal ones the lower id; `without` some, which are in order of id.
  // `query` has `columns` values. Exact: O(tracks x columns).
  std::vector<Candidate> nearest(std::span<const float> query, std::size_t most,
                                 std::span<const TrackId> without) const;

 private:
  struct Index;
  std::vector<Candidate> exact(std::span<const float> query, std::size_t most, std::span<const TrackId> without) const;

  files::Matrix vectors_;
  Similarity similarity_;
  std::unique_ptr<Index> index_;  // none: exact
};

// Divides each row by its length, where that is not 0.
void normalise_rows(files::Matrix& matrix);

}  // namespace crossfade::recommenders
