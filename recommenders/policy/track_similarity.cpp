#include "recommenders/policy/track_similarity.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string>

#include "recommenders/rank/nearest.h"

namespace crossfade::recommenders {

TrackSimilarity::TrackSimilarity(const Catalogue& catalogue) : first_genre_{0} {
  std::map<std::string, std::uint32_t> numbers;
  for (const Track& track : catalogue.tracks()) {
    const auto begin = static_cast<std::ptrdiff_t>(genres_.size());
    for (const std::string& genre : track.genres) {
      genres_.push_back(numbers.emplace(genre, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    std::sort(genres_.begin() + begin, genres_.end());
    genres_.erase(std::unique(genres_.begin() + begin, genres_.end()), genres_.end());
    const std::size_t count = genres_.size() - first_genre_.back();
    genre_weight_.push_back(count == 0 ? 0 : 1 / std::sqrt(static_cast<double>(count)));
    first_genre_.push_back(genres_.size());
    artists_.push_back(track.artist);
  }
  if (numbers.size() > 64) return;
  for (std::uint32_t id = 0; id < artists_.size(); ++id) {
    std::uint64_t bits = 0;
    for (const std::uint32_t genre : genres_of({id})) bits |= std::uint64_t{1} << genre;
    genre_bits_.push_back(bits);
  }
}

TrackSimilarity::TrackSimilarity(files::Matrix vectors) : vectors_(std::move(vectors)) {
  normalise_rows(vectors_);
}

std::size_t TrackSimilarity::genres_in_common(TrackId a, TrackId b) const {
  if (!genre_bits_.empty()) {
    return static_cast<std::size_t>(std::popcount(genre_bits_[a.value] & genre_bits_[b.value]));
  }
  std::size_t common = 0;
  for (const std::uint32_t genre : genres_of(a)) common += std::ranges::binary_search(genres_of(b), genre) ? 1 : 0;
  return common;
}

void TrackSimilarity::fetch(TrackId track) const {
  constexpr std::size_t cache_line = 64 / sizeof(float);
  if (vectors_.rows == 0) return;
  const std::span<const float> row = vectors_.row(track.value);
  for (std::size_t i = 0; i < row.size(); i += cache_line) __builtin_prefetch(&row[i]);
}

double TrackSimilarity::operator()(TrackId a, TrackId b) const {
  if (a == b) return 1;
  if (vectors_.rows > 0) {
    return static_cast<double>(files::inner_product(vectors_.row(a.value), vectors_.row(b.value)));
  }
  const double artist = artists_[a.value] == artists_[b.value] ? 1 : 0;
  const double genres = static_cast<double>(genres_in_common(a, b)) * genre_weight_[a.value] * genre_weight_[b.value];
  return (artist + genres) / 2;
}

}  // namespace crossfade::recommenders
