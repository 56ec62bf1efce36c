#include "simulator/world/nearest.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "platform/core/random.h"
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
  const NearestTracks neighbours(embeddings, 10);
  neighbours.find(all_tracks(embeddings));
  for (const TrackId track : all_tracks(embeddings)) {
    const auto found = neighbours.of(track);
    REQUIRE(std::vector(found.begin(), found.end()) == nearest_by_sorting(embeddings, track, 10));
  }
}

TEST_CASE("neighbours: the same whoever asks, in whatever order, and for however many", "[nearest]") {
  const files::Matrix embeddings = testing::small_world().embeddings;
  const NearestTracks all(embeddings, 10);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { all.find(all_tracks(embeddings)); });
  }
  std::vector<std::uint32_t> counts(embeddings.rows, 0);
  for (const std::uint32_t track : {17U, 3U, 599U}) counts[track] = 7 + track % 5;
  const NearestTracks few(embeddings, counts);
  CHECK_FALSE(few.has({17}));
  CHECK_FALSE(few.knows({17}));
  for (const TrackId track : {TrackId{17}, TrackId{3}, TrackId{17}, TrackId{599}}) {
    const auto found = few.of(track);
    REQUIRE(found.size() == counts[track.value]);
    const std::size_t common = std::min<std::size_t>(found.size(), 10);
    CHECK(std::ranges::equal(all.of(track).first(common), found.first(common)));
    CHECK(few.has(track));
    CHECK(few.knows(track));
  }
  CHECK_FALSE(few.has({4}));
}

// Blocks of rows and columns must not change in which order a product is added up: sessions would begin with others.
TEST_CASE("neighbours: products are added up column by column, in float32", "[nearest]") {
  files::Matrix embeddings(131, 517);
  Random random{5};
  // Large numbers that cancel later, so that what is rounded away depends on the order.
  for (float& value : embeddings.values) {
    const auto drawn = random.below(50);
    value = drawn < 2 ? (drawn == 0 ? 0x1p24F : -0x1p24F) : static_cast<float>(random.below(7)) - 3;
  }
  std::ranges::fill(embeddings.row(0), 1.0F);
  const NearestTracks neighbours(embeddings, embeddings.rows);
  const auto order_of = [](std::vector<std::pair<double, std::uint32_t>> scored) {
    std::ranges::sort(scored);
    std::vector<TrackId> order;
    for (const auto& one : scored) order.push_back({one.second});
    return order;
  };
  for (const std::uint32_t query : {0U, 64U, 130U}) {
    std::vector<std::pair<double, std::uint32_t>> as_told;
    std::vector<std::pair<double, std::uint32_t>> backwards;
    for (std::uint32_t row = 0; row < embeddings.rows; ++row) {
      volatile float sum = 0;  // as it stands: no other order, no wider type
      volatile float other = 0;
      for (std::size_t i = 0; i < embeddings.columns; ++i) {
        const std::size_t j = embeddings.columns - 1 - i;
        const volatile float product = embeddings.row(row)[i] * embeddings.row(query)[i];
        const volatile float from_behind = embeddings.row(row)[j] * embeddings.row(query)[j];
        sum = sum + product;
        other = other + from_behind;
      }
      as_told.emplace_back(-sum, row);
      backwards.emplace_back(-other, row);
    }
    const auto found = neighbours.of({query});
    CHECK(std::vector<TrackId>(found.begin(), found.end()) == order_of(as_told));
    CHECK(order_of(as_told) != order_of(backwards));
  }
}

TEST_CASE("neighbours: what overflows is nobody's neighbour, and is no memory of others", "[nearest]") {
  files::Matrix embeddings(4, 2);
  embeddings.values = {1e38F, 1e38F, -3e38F, 3e38F, 3e38F, -3e38F, 1, 1};
  const NearestTracks neighbours(embeddings, 4);
  const auto of_first = neighbours.of({0});
  std::vector<TrackId> all(of_first.begin(), of_first.end());
  std::ranges::sort(all);
  CHECK(all == std::vector<TrackId>{{0}, {1}, {2}, {3}});
}

TEST_CASE("neighbours: ties go to the lower id, and a small world has fewer", "[nearest]") {
  files::Matrix embeddings(3, 1);
  embeddings.values = {1, 2, 2};
  const NearestTracks neighbours(embeddings, 10);
  const auto found = neighbours.of({0});
  CHECK(std::vector(found.begin(), found.end()) == std::vector<TrackId>{{1}, {2}, {0}});
}

TEST_CASE("inner product: sums every column, also those behind the last eight", "[nearest]") {
  std::vector<float> ones(19, 1);
  std::vector<float> numbers(19);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
  CHECK(files::inner_product(ones, numbers) == 171);
}
