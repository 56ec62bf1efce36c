#include "platform/calibration/rerandomise.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "platform/core/random.h"
#include "tests/platform/calibration/unit_tables.h"

using namespace crossfade;
using namespace crossfade::calibration;
using namespace crossfade::calibration::test;

TEST_CASE("rerandomise: an ordinary metric can be trusted", "[calibration]") {
  const MetricCalibration metric = calibrated(table_of(MetricType::mean, kUnits, ordinary));
  CAPTURE(metric.sentence);
  CHECK(metric.trust == Trust::yes);
  CHECK(metric.units == kUnits);
  CHECK(metric.false_positives.of == 2000);
  CHECK(metric.false_positives.share() == Approx(0.05).margin(4 * metric.false_positives.standard_error(0.05)));
  REQUIRE(metric.injected.size() == 2);
  for (const LiftCoverage& injected : metric.injected) {
    CHECK(injected.covered.of == 2000);
    CHECK(injected.covered.share() == Approx(0.95).margin(4 * injected.covered.standard_error(0.95)));
  }
  CHECK_FALSE(metric.cuped_false_positives);
  CHECK(std::abs(*metric.skewness) < 0.5);
}

TEST_CASE("rerandomise: an injected lift that is not the one looked for is not covered", "[calibration]") {
  // The interval is some 1.5 % wide: were nothing injected, a lift of 30 % would never be inside it.
  const MetricCalibration metric =
      calibrated(table_of(MetricType::mean, kUnits, ordinary), {.replications = 200, .lifts = {0.3}});
  CHECK(metric.injected.at(0).covered.share() > 0.85);
  CHECK(metric.coverage.share() > 0.85);
}

TEST_CASE("rerandomise: a heavy tail in a small variant is found, and named", "[calibration]") {
  const auto heavy = [](Random& random) { return std::exp(3 * (random.uniform() + random.uniform() - 1) / 0.408); };
  const MetricCalibration metric =
      calibrated(table_of(MetricType::mean, kUnits, heavy), {.control_share = 0.95, .treatment_share = 0.05});
  CAPTURE(metric.sentence);
  CHECK(metric.trust == Trust::no);
  CHECK(metric.false_positives.share() > 0.08);
  CHECK(metric.sentence.find("skewed") != std::string::npos);
  CHECK(metric.sentence.find("units in the smaller variant, there are 20.") != std::string::npos);
}

TEST_CASE("rerandomise: one huge value makes a test that finds nothing", "[calibration]") {
  int unit = 0;
  const auto value = [&](Random& random) { return unit++ == 0 ? 1e6 : random.uniform(); };
  const MetricCalibration metric = calibrated(table_of(MetricType::mean, kUnits, value));
  CAPTURE(metric.sentence);
  CHECK(metric.trust == Trust::careful);
  CHECK(metric.false_positives.share() < 0.03);
}

TEST_CASE("rerandomise: values that are all the same test nothing", "[calibration]") {
  const MetricCalibration metric = calibrated(table_of(MetricType::mean, kUnits, [](Random&) { return 1.0; }));
  CHECK(metric.trust == Trust::untested);
  CHECK(metric.false_positives.of == 0);
  CHECK_FALSE(metric.replay);
}

TEST_CASE("rerandomise: of a share zeros become ones, as many as the lift takes", "[calibration]") {
  const auto value = [](Random& random) { return random.uniform() < 0.3 ? 1.0 : 0.0; };
  // 300 % more than 30 % there are not.
  const MetricCalibration metric = calibrated(table_of(MetricType::proportion, 2 * kUnits, value),
                                              {.lifts = {0.3, 3, -0.5}}, MetricType::proportion);
  CAPTURE(metric.sentence);
  CHECK(metric.trust == Trust::yes);
  REQUIRE(metric.injected.size() == 2);
  CHECK(metric.injected[0].lift == 0.3);
  CHECK(metric.injected[1].lift == -0.5);
  // The interval is some 20 % wide on either side: nothing injected, or twice as much, would not be covered.
  for (const LiftCoverage& injected : metric.injected) {
    CHECK(injected.covered.of == 2000);
    CHECK(injected.covered.share() == Approx(0.95).margin(4 * injected.covered.standard_error(0.95)));
  }
}

TEST_CASE("rerandomise: quantiles of events are calibrated on units", "[calibration]") {
  storage::UnitTable table = table_of(MetricType::quantile, 300, ordinary);
  table.metrics[0].numerator = storage::MetricColumns::kNone;
  table.metrics[0].events = 0;
  table.columns = 0;
  table.values.clear();
  table.events.resize(1);
  Random random{4};
  for (int i = 0; i < 300; ++i) {
    const double taste = random.uniform();
    table.events[0].push_back({taste + random.uniform(), taste + random.uniform(), taste + random.uniform()});
  }
  MetricDefinition metric = metric_of(MetricType::quantile, "p90");
  metric.quantile = 0.9;
  const MetricCalibration result = rerandomise(table, {metric}, {.replications = 1000, .lifts = {0.3}}).metrics.at(0);
  CAPTURE(result.sentence, result.false_positives.share(), result.injected.at(0).covered.share());
  CHECK(result.units == 300);
  CHECK(result.false_positives.share() == Approx(0.05).margin(0.035));
  CHECK(result.injected.at(0).covered.share() == Approx(0.95).margin(0.035));
}

TEST_CASE("rerandomise: history is taken out, and tested too", "[calibration]") {
  storage::UnitTable table = table_of(MetricType::mean, kUnits, ordinary);
  std::vector<double> values;
  Random random{5};
  for (const double value : table.values) {
    values.push_back(value);
    values.push_back(value + random.uniform());
  }
  table.values = values;
  table.columns = 2;
  table.metrics[0].numerator_before = 1;
  const MetricCalibration metric = calibrated(table);
  REQUIRE(metric.cuped_false_positives);
  CHECK(metric.cuped_false_positives->share() == Approx(0.05).margin(0.0195));
  CHECK(metric.trust == Trust::yes);
}

TEST_CASE("rerandomise: the same numbers on any number of threads, others for another seed", "[calibration]") {
  const storage::UnitTable table = table_of(MetricType::mean, kUnits, ordinary);
  const auto rates = [&](int threads, std::uint64_t seed) {
    const MetricCalibration metric = calibrated(table, {.replications = 501, .seed = seed, .threads = threads});
    return std::vector<Rate>{metric.false_positives, metric.coverage,      metric.injected.at(0).covered,
                             metric.replay->better,  metric.replay->worse, metric.replay->crossed};
  };
  const auto one = rates(1, 1);
  CHECK(rates(2, 1) == one);
  CHECK(rates(7, 1) == one);
  CHECK(rates(1, 2) != one);
}

TEST_CASE("rerandomise: units of several variants are left out, and the splits are of the sizes asked for",
          "[calibration]") {
  storage::UnitTable table = table_of(MetricType::mean, kUnits, ordinary);
  for (int i = 0; i < 100; ++i) table.variant[static_cast<std::size_t>(i)] = storage::UnitTable::kSeveral;
  const Calibration result = rerandomise(table, {metric_of(MetricType::mean, "m")},
                                         {.replications = 1000, .control_share = 0.25, .treatment_share = 0.1});
  CHECK(result.metrics.at(0).units == 300);
  CHECK(result.mismatches.of == 1000);
  CHECK(result.mismatches.share() == Approx(0.05).margin(0.0276));
}

TEST_CASE("rerandomise: a ratio with effects for each 1 of its denominator", "[calibration]") {
  storage::UnitTable table = table_of(MetricType::ratio, kUnits, ordinary);
  std::vector<double> values;
  Random random{6};
  for (const double value : table.values) {
    const double sessions = 1 + std::floor(4 * random.uniform());
    values.push_back(value * sessions);
    values.push_back(sessions);
  }
  table.values = values;
  table.columns = 2;
  table.metrics[0].denominator = 1;
  const MetricCalibration metric = calibrated(table, {}, MetricType::ratio);
  CAPTURE(metric.sentence);
  CHECK(metric.trust == Trust::yes);
  REQUIRE(metric.injected.size() == 2);
  for (const LiftCoverage& injected : metric.injected) {
    CHECK(injected.covered.share() == Approx(0.95).margin(4 * injected.covered.standard_error(0.95)));
  }
}
