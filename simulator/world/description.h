#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "simulator/world/world.h"

namespace crossfade::simulator {

inline constexpr std::array<double, 7> kQuantileLevels = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};
using Quantiles = std::array<double, kQuantileLevels.size()>;

// Linear between order statistics (Hyndman and Fan's type 7, NumPy's default). `values` must not be empty.
Quantiles quantiles_of(std::vector<double> values);

// Inner products of `pairs` pairs of different rows drawn uniformly. Fewer than two rows: none.
std::vector<double> random_inner_products(const files::Matrix& embeddings, std::size_t pairs, std::uint64_t seed);

// What `world describe` prints of a world.
struct Description {
  Quantiles tracks_of_artist{};
  Quantiles inner_product{};         // of two random tracks; 100 000 pairs
  Quantiles artist_inner_product{};  // of two random tracks of one artist; all 0 where no artist has two
  Quantiles interests{};             // a listener's number of them
  Quantiles bias{};
  Quantiles sharpness{};
  std::vector<std::pair<std::string, double>> genres;  // share of the tracks that have it, largest first
};

Description describe(const World& world);

}  // namespace crossfade::simulator
