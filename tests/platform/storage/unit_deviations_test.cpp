// What takes a second pass over the units, against the units themselves.
#include "platform/storage/contract/unit_deviations.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "platform/core/random.h"
#include "platform/stats/ratios/ratio.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kUnits = 60;

// A mean with history, a ratio, and a share, in columns 0 and 1, 2 and 3, 4; a dimension of two levels.
UnitTable table_of(Random& random) {
  UnitTable table;
  table.experiment = "e";
  table.variants = {"control", "treatment"};
  table.metrics = {{.type = MetricType::mean, .numerator = 0, .numerator_before = 1},
                   {.type = MetricType::ratio, .numerator = 2, .denominator = 3},
                   {.type = MetricType::proportion, .numerator = 4}};
  table.columns = 5;
  table.dimensions = {{.name = "size", .levels = {"small", "large"}, .level = {}}};
  for (std::size_t i = 0; i < kUnits; ++i) {
    table.units.push_back({std::to_string(i)});
    table.variant.push_back(i == 7 ? UnitTable::kSeveral : static_cast<std::int32_t>(i % 3 == 0));
    table.dimensions[0].level.push_back(i % 5 == 0 ? Grouping::kNone : static_cast<std::int32_t>(i % 2));
    const double taste = std::exp(random.uniform() * 3);
    const double sessions = std::floor(random.uniform() * 4);
    table.values.insert(table.values.end(), {i % 11 == 0 ? kNone : taste, i % 4 == 0 ? kNone : taste * random.uniform(),
                                             sessions * random.uniform(), sessions, random.uniform() < 0.3 ? 1.0 : 0});
  }
  return table;
}

// Of the units of a variant that have a value, in a level where one is given.
std::vector<stats::MetricMoments::Values> values_of(const UnitTable& table, std::size_t metric, std::int32_t variant,
                                                    std::optional<std::int32_t> level = std::nullopt) {
  std::vector<stats::MetricMoments::Values> values;
  for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
    if (table.variant[unit] != variant || (level && table.dimensions[0].level[unit] != *level)) continue;
    if (const auto of_unit = unit_values(table, table.metrics[metric], unit)) values.push_back(*of_unit);
  }
  return values;
}

double ratio_of(const std::vector<stats::MetricMoments::Values>& units, std::size_t without) {
  double numerators = 0;
  double denominators = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (i == without) continue;
    numerators += units[i][0];
    denominators += units[i][1];
  }
  return numerators / denominators;
}

// J. W. Tukey's jackknife by its definition, over the units that say something.
stats::VariantEstimate left_out_one_by_one(const std::vector<stats::MetricMoments::Values>& all) {
  std::vector<stats::MetricMoments::Values> units;
  for (const auto& unit : all) {
    if (unit[0] != 0 || unit[1] != 0) units.push_back(unit);
  }
  const auto n = static_cast<double>(units.size());
  double mean = 0;
  double denominators = 0;
  double squares = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    mean += ratio_of(units, i) / n;
    denominators += units[i][1];
    squares += units[i][1] * units[i][1];
  }
  double spread = 0;
  for (std::size_t i = 0; i < units.size(); ++i) spread += std::pow(ratio_of(units, i) - mean, 2);
  return {.value = ratio_of(units, units.size()),
          .variance = (n - 1) / n * spread,
          .dof = denominators * denominators / squares - 1};
}

void check(const std::optional<stats::VariantEstimate>& found, const stats::VariantEstimate& want) {
  REQUIRE(found);
  CHECK(found->value == Approx(want.value).epsilon(1e-12));
  CHECK(found->variance == Approx(want.variance).epsilon(1e-9));
  CHECK(found->dof == Approx(want.dof).epsilon(1e-12));
}

}  // namespace

TEST_CASE("unit deviations: third moments of what an outcome is less its history", "[storage]") {
  Random random{5};
  const UnitTable table = table_of(random);
  const ExperimentAggregate summary = summarise(table);
  for (const std::int32_t variant : {0, 1}) {
    const VariantAggregate& found = summary.variants[static_cast<std::size_t>(variant)];
    const stats::MetricMoments& moments = found.metrics[0].moments;
    const auto units = values_of(table, 0, variant);
    double raw = 0;
    double adjusted = 0;
    for (const auto& unit : units) {
      raw += std::pow(unit[0] - moments.mean(0), 3);
      adjusted +=
          std::pow(unit[0] - moments.mean(0) - 0.7 * (unit[1] - moments.mean(1)) + unit[2] - moments.mean(2), 3);
    }
    CHECK(found.third[0].of({1, 0, 0, 0}) == Approx(raw).epsilon(1e-12));
    CHECK(found.third[0].of({1, -0.7, 1, 0}) == Approx(adjusted).epsilon(1e-12));
    CHECK(raw != 0);
  }
}

TEST_CASE("unit deviations: a ratio's jackknife is that of its units, in each level too", "[storage]") {
  Random random{6};
  const UnitTable table = table_of(random);
  const ExperimentAggregate summary = summarise(table);
  for (const std::int32_t variant : {0, 1}) {
    const auto place = static_cast<std::size_t>(variant);
    check(summary.variants[place].metrics[1].jackknife, left_out_one_by_one(values_of(table, 1, variant)));
    for (const std::int32_t level : {0, 1}) {
      const auto& of_level = summary.dimensions[0].levels[static_cast<std::size_t>(level)].variants[place];
      check(of_level.metrics[1].jackknife, left_out_one_by_one(values_of(table, 1, variant, level)));
    }
    CHECK_FALSE(summary.variants[place].metrics[0].jackknife);
  }
}

TEST_CASE("unit deviations: a ratio whose jackknife cannot be", "[storage]") {
  Random random{7};
  UnitTable table = table_of(random);
  const auto denominator = [&](std::size_t unit) -> double& { return table.values[unit * table.columns + 3]; };
  for (std::size_t unit = 0; unit < kUnits; ++unit) denominator(unit) = table.variant[unit] == 0 && unit != 1 ? 0 : 1;
  const ExperimentAggregate alone = summarise(table);
  REQUIRE(alone.variants[0].metrics[1].jackknife);  // one unit has all the denominators
  CHECK(alone.variants[0].metrics[1].jackknife->dof == 0);
  CHECK(alone.variants[1].metrics[1].jackknife->dof > 1);
  denominator(0) = -1;  // the delta method knows no sign
  const ExperimentAggregate negative = summarise(table);
  CHECK_FALSE(negative.variants[1].metrics[1].jackknife);
  denominator(1) = 0;
  CHECK_FALSE(summarise(table).variants[0].metrics[1].jackknife);  // nobody has a denominator
}

// A mean, a ratio and a share of the same units: each one's own variance on the diagonal.
TEST_CASE("unit deviations: covariances of what the same units have", "[storage]") {
  Random random{8};
  const UnitTable table = table_of(random);
  const std::vector<std::vector<std::size_t>> together{{0, 2}, {1, 0}};
  const ExperimentAggregate summary = summarise(table, together);
  for (const std::int32_t variant : {0, 1}) {
    const VariantAggregate& found = summary.variants[static_cast<std::size_t>(variant)];
    REQUIRE(found.covariances.size() == 2);
    CHECK(found.covariances[0].metrics == together[0]);
    const auto& between = found.covariances[0].between;
    const stats::Moments mean = found.metrics[0].moments.marginal(0);
    const stats::Moments share = found.metrics[2].moments.marginal(0);
    const double n = static_cast<double>(mean.n());
    const double units = static_cast<double>(share.n());
    double products = 0;
    for (std::size_t unit = 0; unit < kUnits; ++unit) {
      const double value = table.value(unit, 0);
      if (table.variant[unit] != variant || std::isnan(value)) continue;
      products += (value - mean.mean()) * (table.value(unit, 4) - share.mean());
    }
    CHECK(between[0][0] == Approx(mean.variance() / n).epsilon(1e-12));
    CHECK(between[1][1] == Approx(share.mean() * (1 - share.mean()) / units).epsilon(1e-12));
    CHECK(between[0][1] == Approx(products / std::sqrt(n * (n - 1)) / units).epsilon(1e-12));
    CHECK(between[1][0] == between[0][1]);
    CHECK(found.covariances[1].between[0][0] == Approx(found.metrics[1].jackknife->variance).epsilon(1e-12));
  }
}
