#include "recommenders/item_knn.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "platform/core/random.h"
#include "tests/recommenders/support.h"

using namespace crossfade;
using namespace crossfade::recommenders;
using namespace crossfade::recommenders::test;

namespace {

std::vector<TrackId> tracks_of(std::span<const Neighbour> row) {
  std::vector<TrackId> tracks;
  for (const Neighbour& one : row) tracks.push_back(one.track);
  return tracks;
}

// Cosine of two tracks by its definition.
double cosine(const std::vector<Likes>& groups, TrackId a, TrackId b) {
  double of_a = 0;
  double of_b = 0;
  double of_both = 0;
  for (const Likes& group : groups) {
    const bool has_a = std::ranges::count(group, a) > 0;
    const bool has_b = std::ranges::count(group, b) > 0;
    of_a += has_a;
    of_b += has_b;
    of_both += has_a && has_b;
  }
  return of_both == 0 ? 0 : of_both / std::sqrt(of_a * of_b);
}

// Of the plain cosine.
Neighbours plain(const std::vector<Likes>& groups, std::size_t tracks, std::size_t neighbours = 50) {
  return item_knn(groups, tracks, {.neighbours = neighbours, .shrinkage = 0});
}

std::vector<Likes> random_groups(std::size_t groups, std::size_t tracks, std::size_t size) {
  Random random{20261123};
  std::vector<Likes> all(groups);
  for (Likes& group : all) {
    for (std::size_t i = 0; i < size; ++i) group.push_back({static_cast<std::uint32_t>(random.below(tracks))});
  }
  return all;
}

}  // namespace

TEST_CASE("item_knn: cosine of co-listens, by hand", "[recommenders]") {
  // 0 in three groups, 1 in two, 2 in two, 3 alone, 4 in none.
  const std::vector<Likes> groups = {ids({0, 1}), ids({0, 1, 2}), ids({0, 2, 2}), ids({3}), {}};
  const Neighbours similar = plain(groups, 5);
  REQUIRE(similar.size() == 5);
  REQUIRE(similar[{0}].size() == 2);
  CHECK(tracks_of(similar[{0}]) == ids({1, 2}));
  CHECK(similar[{0}][0].similarity == Approx(2 / std::sqrt(6.0)).epsilon(1e-7));
  CHECK(similar[{0}][1].similarity == Approx(2 / std::sqrt(6.0)).epsilon(1e-7));
  CHECK(tracks_of(similar[{1}]) == ids({0, 2}));
  CHECK(similar[{1}][1].similarity == 0.5);
  CHECK(similar[{3}].empty());
  CHECK(similar[{4}].empty());
  CHECK(tracks_of(plain(groups, 5, 1)[{2}]) == ids({0}));
  CHECK(similar.tracks()[1][1] == TrackId{2});
}

TEST_CASE("item_knn: shrinkage trusts what few groups like together less", "[recommenders]") {
  // 0 has in common with 1 the only group of 1, with 2 two groups of four: the same plain cosine, 1 / sqrt(3).
  const std::vector<Likes> groups = {ids({0, 1, 2}), ids({0, 2}), ids({2}), ids({0, 3}), ids({3, 2})};
  CHECK(tracks_of(plain(groups, 4)[{1}]) == ids({0, 2}));
  const Neighbours shrunk = item_knn(groups, 4, {.neighbours = 50, .shrinkage = 10});
  CHECK(tracks_of(shrunk[{0}]) == ids({2, 1, 3}));
  CHECK(tracks_of(plain(groups, 4)[{0}]) == ids({1, 2, 3}));
  CHECK(shrunk[{0}][0].similarity == Approx(2 / (std::sqrt(12.0) + 10)).epsilon(1e-7));
  CHECK(shrunk[{0}][1].similarity == Approx(1 / (std::sqrt(3.0) + 10)).epsilon(1e-7));
}

TEST_CASE("item_knn: similarities that are equal go by id, whatever the rounding", "[recommenders]") {
  // Track 9 has 3 groups; 0 has 5, one of them with 9; 1 has 45, three of them with 9: both cosines are 1 / sqrt(15).
  // In doubles 3 / sqrt(3 x 45) is one bit above 1 / sqrt(3 x 5).
  std::vector<Likes> groups = {ids({9, 1, 0}), ids({9, 1}), ids({9, 1})};
  for (int i = 0; i < 4; ++i) groups.push_back(ids({0}));
  for (int i = 0; i < 42; ++i) groups.push_back(ids({1}));
  CHECK(tracks_of(plain(groups, 10)[{9}]) == ids({0, 1}));
  std::ranges::reverse(groups);
  CHECK(tracks_of(plain(groups, 10)[{9}]) == ids({0, 1}));
}

TEST_CASE("item_knn: agrees with the definition", "[recommenders]") {
  const std::size_t tracks = 40;
  const std::vector<Likes> groups = random_groups(60, tracks, 6);
  const Neighbours similar = plain(groups, tracks, 7);
  for (std::uint32_t a = 0; a < tracks; ++a) {
    std::vector<double> all;
    for (std::uint32_t b = 0; b < tracks; ++b) {
      if (a != b) all.push_back(cosine(groups, {a}, {b}));
    }
    std::ranges::sort(all, std::greater<>());
    const auto row = similar[{a}];
    REQUIRE(row.size() <= 7);
    for (std::size_t i = 0; i < 7; ++i) {
      INFO("track " << a << ", place " << i);
      CHECK((i < row.size() ? row[i].similarity : 0) == Approx(all[i]).margin(1e-7));
    }
    for (const Neighbour& one : row) CHECK(one.similarity == Approx(cosine(groups, {a}, one.track)).epsilon(1e-7));
  }
}

TEST_CASE("item_knn: the order of the groups changes nothing", "[recommenders]") {
  std::vector<Likes> groups = random_groups(200, 50, 8);
  const Neighbours one = plain(groups, 50, 10);
  std::ranges::reverse(groups);
  const Neighbours other = plain(groups, 50, 10);
  for (std::uint32_t track = 0; track < 50; ++track) CHECK(std::ranges::equal(one[{track}], other[{track}]));
}

TEST_CASE("item_knn: the best tracks for a listener sum the similarity to what is liked", "[recommenders]") {
  const std::vector<Likes> groups = {ids({0, 1}), ids({0, 1, 2}), ids({0, 2}), ids({3, 4}), ids({2, 4})};
  const Neighbours similar = plain(groups, 6);
  // Of 2: 0 has 2/sqrt(9), 1 has 1/sqrt(6), 4 has 1/sqrt(6). Of 3: 4 has 1/sqrt(2).
  CHECK(best_for(ids({2, 3, 2}), similar, 10, false) == ids({4, 0, 1}));
  CHECK(best_for(ids({2, 3}), similar, 2, false) == ids({4, 0}));
  CHECK(best_for(ids({0, 1}), similar, 10, false) == ids({2}));
  CHECK(best_for(ids({0, 1}), similar, 10, true) == ids({2, 0, 1}));
  CHECK(best_for(ids({5}), similar, 10, false).empty());
  CHECK(best_for({}, similar, 10, true).empty());
}
