#include "simulator/world/nearest.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;

namespace {

// The oracle: every product in double, one full sort.
std::vector<TrackId> nearest_by_sorting(const files::Matrix& embeddings, TrackId query, std::size_t count) {
  std::vector<std::pair<double, std::uint32_t>> scored;
  for (std::uint32_t row = 0; row < embeddings.rows; ++row) {
    double product = 0;
    for (std::size_t i = 0; i < embeddings.columns; ++i) {
      product += static_cast<double>(embeddings.row(row)[i]) * static_cast<double>(embeddings.row(query.value)[i]);
    }
    scored.emplace_back(-product, row);
  }
  std::ranges::sort(scored);
  std::vector<TrackId> best;
  for (std::size_t i = 0; i < count; ++i) best.push_back({scored[i].second});
  return best;
}

std::vector<TrackId> all_tracks(const files::Matrix& embeddings) {
  std::vector<TrackId> all;
  for (std::uint32_t i = 0; i < embeddings.rows; ++i) all.push_back({i});
  return all;
}

}  // namespace

TEST_CASE("neighbours: equal to sorting all inner products", "[nearest]") {
  const files::Matrix embeddings = testing::small_world().embeddings;
  const NearestTracks neighbours(embeddings, all_tracks(embeddings), 10, 2);
  for (const TrackId track : all_tracks(embeddings)) {
    const auto found = neighbours.of(track);
    REQUIRE(std::vector(found.begin(), found.end()) == nearest_by_sorting(embeddings, track, 10));
  }
}

TEST_CASE("neighbours: the same whatever the number of threads and of tracks asked for", "[nearest]") {
  const files::Matrix embeddings = testing::small_world().embeddings;
  const NearestTracks all(embeddings, all_tracks(embeddings), 10, 3);
  const std::vector<TrackId> some = {{17}, {3}, {17}, {599}};
  const NearestTracks few(embeddings, some, 10, 1);
  for (const TrackId track : some) CHECK(std::ranges::equal(all.of(track), few.of(track)));
}

TEST_CASE("neighbours: ties go to the lower id, and a small world has fewer", "[nearest]") {
  files::Matrix embeddings(3, 1);
  embeddings.values = {1, 2, 2};
  const std::vector<TrackId> one = {{0}};
  const NearestTracks neighbours(embeddings, one, 10, 1);
  const auto found = neighbours.of({0});
  CHECK(std::vector(found.begin(), found.end()) == std::vector<TrackId>{{1}, {2}, {0}});
}

TEST_CASE("inner product: sums every column, also those behind the last eight", "[nearest]") {
  std::vector<float> ones(19, 1);
  std::vector<float> numbers(19);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
  CHECK(files::inner_product(ones, numbers) == 171);
}
