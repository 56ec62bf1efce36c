#include "platform/core/random.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <set>

using crossfade::key_of;
using crossfade::mix64;
using crossfade::Random;

// SplitMix64 of seed 0 begins so: J. Vigna's splitmix64.c (public domain), as listed with Java's SplittableRandom.
TEST_CASE("random: mix64 is SplitMix64's finaliser", "[core]") {
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;
  CHECK(mix64(step) == 0xe220a8397b1dcdafULL);
  CHECK(mix64(2 * step) == 0x6e789e6aa1b965f4ULL);
  CHECK(mix64(3 * step) == 0x06c45d188009454fULL);
}

// Noll's test suite of FNV-1a 64 (test_fnv.c, public domain).
TEST_CASE("random: key_of is FNV-1a 64", "[core]") {
  CHECK(key_of("") == 0xcbf29ce484222325ULL);
  CHECK(key_of("a") == 0xaf63dc4c8601ec8cULL);
  CHECK(key_of("foobar") == 0x85944171f73967e8ULL);
}

// Simulations of a seed must repeat on any machine and in any later version: stored, do not change.
TEST_CASE("random: the first numbers of a stream stay what they are", "[core]") {
  Random random{2026, 7, 1};
  CHECK(random() == 0x945717c876f596f7ULL);
  CHECK(random() == 0x91d25ec46f8dfcc6ULL);
  CHECK(random.uniform() == 0x1.f0cf5dd2399e4p-1);
  CHECK(random.below(1000) == 683);
  Random empty{std::initializer_list<std::uint64_t>{}};
  CHECK(empty() == mix64(0x9e3779b97f4a7c15ULL));
}

TEST_CASE("random: streams of different keys differ, the order of a key counts", "[core]") {
  std::set<std::uint64_t> first;
  for (std::uint64_t a = 0; a < 100; ++a) {
    for (std::uint64_t b = 0; b < 100; ++b) first.insert(Random{a, b}());
  }
  CHECK(first.size() == 10'000);
  CHECK(Random{1}() != Random{1, 0}());
}

// The correlation of n pairs of independent uniforms has standard deviation 1/sqrt(n) = 0.00316; 5 of them.
TEST_CASE("random: streams of neighbouring keys are uncorrelated", "[core]") {
  constexpr int pairs = 100'000;
  for (const std::uint64_t seed : {0ULL, 1ULL, 42ULL}) {
    Random one{seed, 7};
    Random other{seed, 8};
    double sum = 0;
    for (int i = 0; i < pairs; ++i) sum += (one.uniform() - 0.5) * (other.uniform() - 0.5);
    CHECK(std::abs(sum / pairs * 12) < 5 / std::sqrt(pairs));
  }
}

TEST_CASE("random: uniform is at least 0, below 1, and fills it evenly", "[core]") {
  Random random{1};
  std::array<int, 10> counts{};
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const double u = random.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    ++counts[static_cast<std::size_t>(u * 10)];
  }
  // Binomial(100 000, 0.1): standard deviation 94.9; 5 of them.
  for (const int count : counts) CHECK(std::abs(count - draws / 10) < 475);
}

TEST_CASE("random: below reaches 0 .. n-1 and nothing else, evenly", "[core]") {
  Random random{2};
  std::array<int, 7> counts{};
  constexpr int draws = 70'000;
  for (int i = 0; i < draws; ++i) ++counts.at(random.below(7));
  // Binomial(70 000, 1/7): standard deviation 92.6; 5 of them.
  for (const int count : counts) CHECK(std::abs(count - draws / 7) < 463);
  for (int i = 0; i < 100; ++i) CHECK(random.below(1) == 0);
  CHECK(Random{3}.below(1ULL << 63) < (1ULL << 63));
}
