// A million units of two kinds: shares, independence, coverage. The units are fixed, so that each test passes or fails
// for good; what is printed stands in docs/experiments.md.
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "platform/assignment/assigner.h"
#include "platform/core/random.h"
#include "tests/platform/assignment/experiments.h"

using namespace crossfade;
using crossfade::assignment::Assigner;
using crossfade::assignment::experiment_with;

namespace {

constexpr std::size_t kUnits = 1'000'000;
constexpr std::size_t kLayers = 10;
const std::vector<double> kWeights{0.5, 0.3, 0.2};

std::vector<std::string> integers() {
  std::vector<std::string> units;
  for (std::size_t i = 0; i < kUnits; ++i) units.push_back(std::to_string(i));
  return units;
}

std::vector<std::string> uuids() {
  Random random{4};
  std::vector<std::string> units;
  for (std::size_t i = 0; i < kUnits; ++i) {
    const std::uint64_t high = random();
    const std::uint64_t low = random();
    units.push_back(fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                                high & 0xfffU, low >> 52U, low & 0xffffffffffffU));
  }
  return units;
}

using Table = std::vector<std::vector<double>>;

// Pearson's statistic of a table against what is expected of each cell.
double chi_square(const Table& counts, const Table& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (std::size_t j = 0; j < counts[i].size(); ++j) {
      const double difference = counts[i][j] - expected[i][j];
      sum += difference * difference / expected[i][j];
    }
  }
  return sum;
}

double p_of(double statistic, std::size_t degrees) {
  return boost::math::cdf(complement(boost::math::chi_squared(static_cast<double>(degrees)), statistic));
}

double p_of_shares(const std::vector<double>& counts) {
  double units = 0;
  for (const double count : counts) units += count;
  std::vector<double> expected;
  for (const double weight : kWeights) expected.push_back(units * weight);
  return p_of(chi_square({counts}, {expected}), counts.size() - 1);
}

// Of independence.
double p_of_pair(const Table& counts) {
  std::vector<double> rows(counts.size());
  std::vector<double> columns(counts[0].size());
  double all = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      rows[i] += counts[i][j];
      columns[j] += counts[i][j];
      all += counts[i][j];
    }
  }
  Table expected = counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) expected[i][j] = rows[i] * columns[j] / all;
  }
  return p_of(chi_square(counts, expected), (rows.size() - 1) * (columns.size() - 1));
}

// The variant of each unit in each experiment; -1: in none.
std::vector<std::vector<int>> variants_of(const Configuration& configuration, const std::vector<std::string>& units) {
  const Assigner assigner{configuration};
  std::vector<std::vector<int>> variants(configuration.experiments.size());
  for (std::size_t i = 0; i < variants.size(); ++i) {
    for (const std::string& unit : units) {
      const auto variant = assigner.variant_of(i, unit);
      variants[i].push_back(variant ? static_cast<int>(*variant) : -1);
    }
  }
  return variants;
}

std::vector<double> counts_of(const std::vector<int>& variants) {
  std::vector<double> counts(kWeights.size());
  for (const int variant : variants) {
    if (variant >= 0) ++counts[static_cast<std::size_t>(variant)];
  }
  return counts;
}

double p_of_independence(const std::vector<int>& a, const std::vector<int>& b) {
  Table counts(kWeights.size(), std::vector<double>(kWeights.size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] >= 0 && b[i] >= 0) ++counts[static_cast<std::size_t>(a[i])][static_cast<std::size_t>(b[i])];
  }
  return p_of_pair(counts);
}

// The least of several p-values, against a level of 1 in 1 000 for all of them together (Bonferroni).
void check_least(const std::string& what, const std::vector<double>& p) {
  const double least = *std::ranges::min_element(p);
  fmt::print("{}: {} tests, the least p-value {:.4f}\n", what, p.size(), least);
  CHECK(least > 0.001 / static_cast<double>(p.size()));
}

std::vector<std::pair<std::string, std::vector<std::string>>> kinds() {
  return {{"integers", integers()}, {"UUIDs", uuids()}};
}

}  // namespace

TEST_CASE("million: variants have their shares, and ten layers are independent of one another", "[assignment]") {
  Configuration configuration;
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string name = fmt::format("layer-{}", i);
    configuration.layers.push_back({.name = name, .salt = name});
    configuration.experiments.push_back(experiment_with(fmt::format("ranker-{}", i), kWeights, 1));
    configuration.experiments.back().layer = LayerRange{.layer = name, .begin = 0, .end = i % 2 == 0 ? 1 : 0.5};
  }
  for (const auto& [kind, units] : kinds()) {
    const auto variants = variants_of(configuration, units);
    std::vector<double> shares;
    std::vector<double> pairs;
    for (std::size_t i = 0; i < kLayers; ++i) {
      shares.push_back(p_of_shares(counts_of(variants[i])));
      for (std::size_t j = 0; j < i; ++j) pairs.push_back(p_of_independence(variants[i], variants[j]));
    }
    check_least(kind + ", shares", shares);
    check_least(kind + ", pairs of layers", pairs);
  }
}

TEST_CASE("million: one experiment under two salts splits anew", "[assignment]") {
  Configuration configuration;
  configuration.experiments = {experiment_with("ranker", kWeights, 1), experiment_with("ranker", kWeights, 1)};
  configuration.experiments[1].salt = "ranker-again";
  for (const auto& [kind, units] : kinds()) {
    const auto variants = variants_of(configuration, units);
    check_least(kind + ", two salts", {p_of_independence(variants[0], variants[1])});
  }
}

TEST_CASE("million: coverage from a tenth to all in steps moves nobody", "[assignment]") {
  Configuration configuration;
  for (int step = 1; step <= 10; ++step)
    configuration.experiments.push_back(experiment_with("ramp", kWeights, step / 10.0));
  for (const auto& [kind, units] : kinds()) {
    const auto variants = variants_of(configuration, units);
    std::size_t moved = 0;
    std::vector<double> shares;
    for (std::size_t step = 0; step < variants.size(); ++step) {
      const std::vector<double> counts = counts_of(variants[step]);
      const double covered = counts[0] + counts[1] + counts[2];
      const double coverage = static_cast<double>(step + 1) / 10;
      CHECK(covered == Approx(coverage * kUnits).margin(5 * std::sqrt(kUnits * coverage * (1 - coverage)) + 1));
      shares.push_back(p_of_shares(counts));
      for (std::size_t unit = 0; step > 0 && unit < units.size(); ++unit) {
        const int before = variants[step - 1][unit];
        moved += before >= 0 && before != variants[step][unit] ? 1U : 0U;
      }
    }
    fmt::print("{}, ten steps of coverage: {} moved\n", kind, moved);
    CHECK(moved == 0);
    check_least(kind + ", shares at each step", shares);
  }
}
