#include <catch2/catch.hpp>
#include <cmath>

#include "platform/calibration/metric_units.h"
#include "platform/calibration/rerandomise.h"
#include "tests/platform/calibration/unit_tables.h"

using namespace crossfade;
using namespace crossfade::calibration;
using namespace crossfade::calibration::test;

namespace {

// Few large values, as of money or of bots.
double heavy(Random& random) {
  return std::exp(3 * (random.uniform() + random.uniform() - 1) / 0.408);
}

}  // namespace

TEST_CASE("replay: what decides keeps its promise on an ordinary metric, however often one looks", "[calibration]") {
  const MetricCalibration metric =
      calibrated(table_of(MetricType::mean, kUnits, ordinary), {.replications = 2000, .replays = 2000, .looks = 10});
  CAPTURE(metric.replay_sentence);
  REQUIRE(metric.replay);
  CHECK(metric.replay_trust == Trust::yes);
  CHECK(metric.replay->better.of == 2000);
  CHECK(metric.replay->better.share() < 0.05);
  CHECK(metric.replay->worse.share() < 0.05);
  // Ten looks spend 5 % together, and one look alone would find as much: it is used up, and not exceeded.
  CHECK(metric.replay->crossed.share() == Approx(0.05).margin(4 * metric.replay->crossed.standard_error(0.05)));
  CHECK_FALSE(metric.replay->guardrail);
}

TEST_CASE("replay: where a single look errs with a small treatment, always-valid does not, and is recommended",
          "[calibration]") {
  // Always-valid from unpooled variances calls one split in ten worse here.
  const MetricCalibration metric =
      calibrated(table_of(MetricType::mean, 4 * kUnits, heavy), {.control_share = 0.9, .treatment_share = 0.1});
  CAPTURE(metric.sentence, metric.replay_sentence);
  CHECK(metric.trust == Trust::no);
  CHECK(metric.sentence.starts_with("Do not trust its single look at this size"));
  REQUIRE(metric.replay);
  CHECK(metric.replay->better.share() <= 0.05);
  CHECK(metric.replay->worse.share() <= 0.05);
  CHECK(metric.replay_sentence.find(" Plan always_valid.") != std::string::npos);
  CHECK(metric.replay_trust == Trust::yes);
  // The boundaries err as a single look does: whom they decide for must not trust them.
  const MetricCalibration planned =
      calibrated(table_of(MetricType::mean, 4 * kUnits, heavy),
                 {.control_share = 0.9, .treatment_share = 0.1, .group_sequential = true});
  CHECK(planned.replay_trust == Trust::no);
}

TEST_CASE("replay: a guardrail with a loss as large as its margin neither passes nor is harmed", "[calibration]") {
  // 30 % of the mean is some sixty standard errors: a loss that is not there, or twice as large, is seen at once.
  MetricDefinition metric = metric_of(MetricType::mean, "m");
  for (const Direction direction : {Direction::increase, Direction::decrease}) {
    metric.direction = direction;
    const storage::UnitTable table = table_of(MetricType::mean, kUnits, ordinary);
    const MetricCalibration result =
        rerandomise(table, {metric}, {.replications = 500, .looks = 10, .margins = {{"m", 0.3}}}).metrics.at(0);
    CAPTURE(result.replay_sentence);
    REQUIRE(result.replay);
    REQUIRE(result.replay->guardrail);
    const GuardrailReplay& guardrail = *result.replay->guardrail;
    CHECK(guardrail.margin == 0.3);
    CHECK(guardrail.harmed.count == 0);
    CHECK(guardrail.passed_at_margin.of == 500);
    CHECK(guardrail.passed_at_margin.share() <= 0.05);
    CHECK(guardrail.harmed_at_margin.share() <= 0.05);
    CHECK(result.replay_trust == Trust::yes);
    CHECK(result.replay_sentence.find("with a loss of its margin, 30 %, it passes in ") != std::string::npos);
  }
}

TEST_CASE("replay: a guardrail of shares gets its loss by turning zeros into ones", "[calibration]") {
  const auto value = [](Random& random) { return random.uniform() < 0.2 ? 1.0 : 0.0; };
  MetricDefinition metric = metric_of(MetricType::proportion, "crashed");
  metric.direction = Direction::decrease;
  const MetricCalibration result = rerandomise(table_of(MetricType::proportion, 10 * kUnits, value), {metric},
                                               {.replications = 500, .looks = 10, .margins = {{"crashed", 1}}})
                                       .metrics.at(0);
  CAPTURE(result.replay_sentence);
  REQUIRE(result.replay->guardrail);
  CHECK(result.replay->guardrail->passed_at_margin.of == 500);
  CHECK(result.replay->guardrail->passed_at_margin.share() <= 0.05);
  CHECK(result.replay->guardrail->harmed_at_margin.share() <= 0.05);
}

TEST_CASE("replay: what is too rare for any decision says how many units it takes", "[calibration]") {
  const auto value = [](Random& random) { return random.uniform() < 0.01 ? 1.0 : 0.0; };
  const MetricCalibration metric =
      calibrated(table_of(MetricType::proportion, kUnits, value), {.replications = 100}, MetricType::proportion);
  REQUIRE(metric.replay);
  CHECK(metric.replay->better.of == 0);
  CHECK(metric.replay_trust == Trust::untested);
  CHECK(metric.replay_sentence.starts_with("Nothing is decided on it before there are "));
}

TEST_CASE("replay: units enter in the order in which they were first seen", "[calibration]") {
  storage::UnitTable table = table_of(MetricType::mean, 4, ordinary);
  CHECK(order_of_entry(table) == std::vector<std::size_t>{0, 1, 2, 3});
  table.first_seen = {{300}, {100}, {200}, {100}};
  CHECK(order_of_entry(table) == std::vector<std::size_t>{1, 3, 2, 0});
  table.variant[3] = storage::UnitTable::kSeveral;
  CHECK(order_of_entry(table) == std::vector<std::size_t>{1, 2, 0});
}

TEST_CASE("replay: none is asked for, or there are fewer units than looks", "[calibration]") {
  const storage::UnitTable table = table_of(MetricType::mean, kUnits, ordinary);
  CHECK_FALSE(calibrated(table, {.replications = 50, .looks = 0}).replay);
  CHECK_FALSE(calibrated(table, {.replications = 50, .replays = 0}).replay);
  CHECK_FALSE(calibrated(table_of(MetricType::mean, 20, ordinary), {.replications = 50}).replay);
}
