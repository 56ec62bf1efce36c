#pragma once

#include <memory>
#include <span>
#include <vector>

#include "platform/files/matrix.h"
#include "recommenders/catalogue.h"

namespace crossfade::recommenders {

// How alike two tracks are: 1 a track and itself, 0 two that have nothing in common. The similarities of any tracks
// among one another are a positive semidefinite matrix.
class TrackSimilarity {
 public:
  // By what the catalogue says: half for the same artist, half the cosine of their genres; of
  // tracks without genres the artist alone counts, and for all.
  explicit TrackSimilarity(const Catalogue& catalogue);
  // The cosine of the tracks' vectors, a row for each.
  explicit TrackSimilarity(files::Matrix vectors);

  // Both tracks must be of the catalogue. O(columns); by the catalogue O(1) up to 64 different genres.
  double operator()(TrackId a, TrackId b) const;

  // Has what is compared of the track come into the cache, without waiting for it: vectors lie all over the memory.
  void fetch(TrackId track) const;

 private:
  std::span<const std::uint32_t> genres_of(TrackId track) const {
    return std::span(genres_).subspan(first_genre_[track.value],
                                      first_genre_[track.value + 1] - first_genre_[track.value]);
  }
  std::size_t genres_in_common(TrackId a, TrackId b) const;

  // By the catalogue, of each track:
  std::vector<std::uint32_t> artists_;
  std::vector<std::size_t> first_genre_;   // into genres_, one more than there are tracks
  std::vector<std::uint32_t> genres_;      // numbers of its genres, in order, each once
  std::vector<std::uint64_t> genre_bits_;  // the same as bits; empty where there are more than 64 genres
  std::vector<double> genre_weight_;       // 1 / the root of how many it has; 0 for none

  files::Matrix vectors_;  // of length 1; empty: by the catalogue
};

}  // namespace crossfade::recommenders
