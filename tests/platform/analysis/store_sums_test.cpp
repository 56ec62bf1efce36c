// From events in a store to the numbers for which means and variances do not suffice, against the rows themselves.
#include <catch2/catch.hpp>
#include <cmath>
#include <tuple>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/core/random.h"
#include "platform/stats/looks/skewed_tail.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/ratios/ratio_jackknife.h"
#include "platform/stats/segments/effect_trend.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kStart = 20'458 * kMsPerDay;  // 2026-01-05

EventAggregate of_purchases(Aggregation aggregate) {
  const auto value = Expression::parse("value", fields_of(EventKind::custom), ExpressionKind::number);
  EventAggregate result{.event = EventKind::custom, .name = "purchase", .aggregate = aggregate};
  if (aggregate != Aggregation::count) result.value = std::get<Expression>(value);
  return result;
}

MetricDefinition quantile_of(double nu) {
  MetricDefinition metric;
  metric.type = MetricType::quantile;
  metric.numerator = of_purchases(Aggregation::sum);
  metric.quantile = nu;
  return metric;
}

// One metric of purchases decides the experiment.
Configuration deciding_by(MetricDefinition metric, double treatment_share = 0.5) {
  metric.name = "m";
  metric.direction = Direction::increase;
  Configuration result =
      configuration({experiment("e", {"control", "treatment"}, {.primary = "m", .secondary = {}, .guardrails = {}})});
  result.metrics = {std::move(metric)};
  result.experiments[0].variants[0].weight = 1 - treatment_share;
  result.experiments[0].variants[1].weight = treatment_share;
  return result;
}

void expose(EventBatch& batch, const std::string& unit, bool treated) {
  batch.exposures.push_back({.unit = {unit},
                             .experiment = "e",
                             .version = 1,
                             .variant = treated ? "treatment" : "control",
                             .first_seen = {kStart}});
}

void purchase(EventBatch& batch, const std::string& unit, double value, std::int64_t at = kStart + 1) {
  batch.events.push_back({.unit = {unit}, .name = "purchase", .value = value, .at = {at}});
}

Report report_of(const storage::EventStore& store, const Configuration& configured,
                 const AnalyzeOptions& options = {}) {
  return analyze(configured, store, options).at(0);
}

MetricReport primary_of(const storage::EventStore& store, const Configuration& configured,
                        const AnalyzeOptions& options = {}) {
  return report_of(store, configured, options).metrics.at(0);
}

}  // namespace

// p90 of counts jumps from one whole number to the next, and the distance of two order statistics is no error: 500
// units a variant rejected 26 % of true nulls.
TEST_CASE("store sums: quantiles of counts lie between them", "[analysis]") {
  storage::MemoryStore store;
  EventBatch batch;
  for (int i = 0; i < 40; ++i) {
    const std::string unit = std::to_string(i);
    expose(batch, unit, i % 2 == 1);
    purchase(batch, unit, i % 2 == 1 ? 3 : (i / 2) % 4 == 0 ? 2 : 1);  // control: 15 x 1, 5 x 2
  }
  store.append(batch);
  const MetricReport median = primary_of(store, deciding_by(quantile_of(0.5)));
  // Heights of the mid-distribution function: 1 at .375, 2 at .875. The median lies a quarter of the way.
  CHECK(*median.variants.at(0).mean == Approx(1.25));
  CHECK(*median.variants.at(1).mean == 3);
  CHECK(*median.comparisons.at(0).effect == Approx(1.75));
  CHECK(median.note.empty());
}

// p99 of 200 single events had an interval that ended at the largest of them, and missed in 7 to 76 %.
TEST_CASE("store sums: a quantile beyond which too few values lie is not compared", "[analysis]") {
  storage::MemoryStore store;
  EventBatch batch;
  Random random{3};
  for (int i = 0; i < 400; ++i) {
    const std::string unit = std::to_string(i);
    expose(batch, unit, i % 2 == 1);
    purchase(batch, unit, random.uniform());
  }
  store.append(batch);
  const MetricReport p99 = primary_of(store, deciding_by(quantile_of(0.99)));
  CHECK(p99.comparisons.at(0).reason == "insufficient_data");
  CHECK_FALSE(p99.comparisons.at(0).p_value);
  CHECK_FALSE(p99.comparisons.at(0).interval);
  CHECK(p99.note == "too few values beyond the quantile to tell its error");
  const MetricReport p90 = primary_of(store, deciding_by(quantile_of(0.9)));
  CHECK(p90.comparisons.at(0).p_value);
  CHECK(p90.note.empty());
}

namespace {

// A unit's purchases, one of each value.
struct Purchases {
  std::vector<std::vector<double>> control;
  std::vector<std::vector<double>> treatment;
};

void fill(storage::MemoryStore& store, const Purchases& purchases) {
  EventBatch batch;
  int unit = 0;
  for (const bool treated : {false, true}) {
    for (const auto& values : treated ? purchases.treatment : purchases.control) {
      const std::string key = std::to_string(unit++);
      expose(batch, key, treated);
      for (std::size_t i = 0; i < values.size(); ++i) {
        purchase(batch, key, values[i], kStart + 1 + static_cast<std::int64_t>(i));
      }
    }
  }
  store.append(batch);
}

MetricDefinition revenue() {
  MetricDefinition metric;
  metric.numerator = of_purchases(Aggregation::sum);
  return metric;
}

// Skewness 2 in the limit, as exponential values have it; `share`: of a hundredfold ones.
Purchases skewed(int control, int treatment, double share) {
  Random random{17};
  Purchases purchases;
  for (int i = 0; i < control + treatment; ++i) {
    const double value = (random.uniform() < share ? 100 : 1) * -std::log(1 - random.uniform());
    (i < control ? purchases.control : purchases.treatment).push_back({value});
  }
  return purchases;
}

double skewness_of(const Purchases& purchases) {
  double squares = 0;
  double cubes = 0;
  double n = 0;
  for (const auto* const units : {&purchases.control, &purchases.treatment}) {
    stats::Moments moments;
    for (const auto& values : *units) moments.add(values[0]);
    for (const auto& values : *units) cubes += std::pow(values[0] - moments.mean(), 3);
    squares += moments.m2();
    n += static_cast<double>(moments.n());
  }
  return cubes / n / std::pow(squares / n, 1.5);
}

}  // namespace

// Welch's test called 11 to 28 % of experiments without an effect where 450 units met 50 with heavy tails, and nobody
// was warned.
TEST_CASE("store sums: skewed values in unequal variants are warned of, with the units that it takes", "[analysis]") {
  const Purchases bots = skewed(450, 50, 0.01);
  storage::MemoryStore store;
  fill(store, bots);
  const Report report = report_of(store, deciding_by(revenue(), 0.1));
  const auto& skew = report.metrics.at(0).comparisons.at(0).skew;
  REQUIRE(skew);
  CHECK(skew->skewness == Approx(skewness_of(bots)).epsilon(1e-9));
  const auto want = stats::skewed_tail(450, 50, skewness_of(bots));
  CHECK(skew->units_needed == want->needed);
  CHECK(skew->units == 50);
  CHECK(skew->of_treatment);
  CHECK_FALSE(skew->trusted);
  CHECK(report.health.warnings ==
        std::vector<std::string>{
            "m is skewed (17.1), and treatment has 50 units: Welch's test is not to be trusted below 2371 "
            "units there."});
}

TEST_CASE("store sums: neither equal variants nor values of ordinary skewness are warned of", "[analysis]") {
  for (const auto& [control, treatment, bots] : {std::tuple(500, 500, 0.01), {450, 50, 0.0}, {450, 450, 0.0}}) {
    storage::MemoryStore store;
    fill(store, skewed(control, treatment, bots));
    const Report report = report_of(store, deciding_by(revenue(), treatment == 50 ? 0.1 : 0.5));
    CHECK(report.metrics.at(0).comparisons.at(0).skew->trusted);
    CHECK(report.health.warnings.empty());
  }
}

// The one bot of a hundred is in the larger variant: the smaller one looks certain of its mean, and fewer
// purchases were called better by a plan of either kind.
TEST_CASE("store sums: a plan is not decided by a test that skewness has spoilt", "[analysis]") {
  Purchases purchases = skewed(450, 50, 0);
  for (int i = 0; i < 18; ++i) purchases.control[static_cast<std::size_t>(i)][0] *= 90;
  storage::MemoryStore store;
  fill(store, purchases);
  store.append({.sessions = {session_of(1, "0", kStart + 7 * kMsPerDay, 1)}});
  for (const SequentialMode mode : {SequentialMode::fixed, SequentialMode::group_sequential}) {
    Configuration configured = deciding_by(revenue(), 0.1);
    configured.metrics[0].direction = Direction::decrease;
    configured.experiments[0].plan = Plan{.sample_size = 500, .mode = mode};
    const Report report = report_of(store, configured);
    const Comparison& primary = report.metrics.at(0).comparisons.at(0);
    REQUIRE(report.plan->complete);
    CHECK(*primary.p_value < 0.01);
    CHECK_FALSE(primary.skew->trusted);
    CHECK(report.decision.verdict == Verdict::inconclusive);
    CHECK(primary.deciding->by == DecidingInterval::always_valid);
    CHECK_THAT(report.decision.summary, Contains("too skewed") && Contains("which takes") && Contains("it has 50"));
  }
}

// Eight of the fifty units of the treatment have twenty times as many errors: one look at a fixed plan's end calls that
// a loss, and its test is not to be trusted with values like these.
TEST_CASE("store sums: a guardrail that is too skewed for the planned look stays always-valid", "[analysis]") {
  Purchases purchases = skewed(450, 50, 0);
  for (std::size_t i = 0; i < 8; ++i) purchases.treatment[i][0] *= 20;
  storage::MemoryStore store;
  fill(store, purchases);
  EventBatch sessions;
  Random random{5};
  for (int i = 0; i < 500; ++i) {
    sessions.sessions.push_back(session_of(i + 1, std::to_string(i), kStart + 7 * kMsPerDay, 3 + random.uniform()));
  }
  store.append(sessions);
  Configuration configured = deciding_by(revenue(), 0.1);
  configured.metrics[0].direction = Direction::decrease;
  configured.experiments[0].metrics = {
      .primary = "mean_time_per_session", .secondary = {}, .guardrails = {{.metric = "m", .margin = 0.1}}};
  configured.experiments[0].plan = Plan{.sample_size = 500, .mode = SequentialMode::fixed};
  const Report report = report_of(store, configured);
  const Comparison& guarded = report.metrics.at(1).comparisons.at(0);
  REQUIRE(report.plan->complete);
  REQUIRE(guarded.guardrail);
  CHECK_FALSE(guarded.skew->trusted);
  CHECK_FALSE(guarded.guardrail->planned_harm_p_value);
  CHECK_FALSE(guarded.guardrail->failed);
  CHECK(report.decision.verdict != Verdict::guardrail_fail);
}

// 95 % of the units without a purchase, 200 units: the delta method's 95 % interval missed in 10 %.
TEST_CASE("store sums: a sparse ratio is tested by the jackknife of its units", "[analysis]") {
  Random random{23};
  Purchases purchases;
  for (int i = 0; i < 400; ++i) {
    std::vector<double> values;
    if (random.uniform() < 0.06) values.resize(1 + random.below(6));
    for (double& value : values) value = random.uniform();
    (i % 2 == 0 ? purchases.control : purchases.treatment).push_back(values);
  }
  storage::MemoryStore store;
  fill(store, purchases);
  MetricDefinition basket = revenue();
  basket.type = MetricType::ratio;
  basket.denominator = of_purchases(Aggregation::count);
  const Comparison found = primary_of(store, deciding_by(basket)).comparisons.at(0);
  const auto by_jackknife = [](const std::vector<std::vector<double>>& units) {
    std::vector<stats::RatioGroup> groups;
    for (const auto& values : units) {
      double sum = 0;
      for (const double value : values) sum += value;
      groups.push_back({static_cast<double>(values.size()), stats::Moments(1, sum, 0)});
    }
    auto estimate = *stats::ratio_jackknife(groups);
    estimate.dof = std::floor(estimate.dof + 1) - 1;  // whole units
    return estimate;
  };
  const auto want = stats::welch_t(by_jackknife(purchases.control), by_jackknife(purchases.treatment));
  REQUIRE(want);
  CHECK(*found.effect == Approx(want->estimate).epsilon(1e-12));
  CHECK(*found.standard_error == Approx(want->standard_error).epsilon(1e-9));
  CHECK(*found.dof == Approx(want->dof).epsilon(1e-9));
  CHECK(*found.dof < 25);
  CHECK(*found.p_value == Approx(want->p_value).epsilon(1e-9));
}

// Units come back with a taste of their own: taken for new ones every day, the slope rejected .7 % of true nulls at an
// intraclass correlation of .5, and next to nothing at .8.
TEST_CASE("store sums: the trend of the effect is clustered by unit", "[analysis]") {
  constexpr std::size_t kDays = 6;
  Random random{29};
  storage::MemoryStore store;
  EventBatch batch;
  std::vector<stats::UnitDays> control, treatment;
  std::int64_t id = 0;
  for (int i = 0; i < 120; ++i) {
    const std::string unit = std::to_string(i);
    expose(batch, unit, i % 3 == 0);
    stats::UnitDays& days = (i % 3 == 0 ? treatment : control).emplace_back();
    const double taste = 2 + 6 * random.uniform();
    for (std::size_t day = 0; day < kDays; ++day) {
      if (random.uniform() < 0.3) continue;
      const double time = taste + random.uniform();
      batch.sessions.push_back(session_of(++id, unit, kStart + static_cast<std::int64_t>(day) * kMsPerDay, time));
      days.push_back({day, time});
    }
  }
  // One session after the last day, so that its window is over.
  batch.sessions.push_back(session_of(++id, "0", kStart + static_cast<std::int64_t>(kDays) * kMsPerDay, 1));
  store.append(batch);
  const Configuration configured = configuration({experiment("e", {"control", "treatment"})});
  AnalyzeOptions by_day;
  by_day.by_day = true;
  const MetricReport metric = primary_of(store, configured, by_day);
  REQUIRE(metric.metric == "mean_time_per_session");
  const std::vector<double> days = {0, 1, 2, 3, 4, 5};
  const auto want = stats::effect_trend_clustered(days, control, treatment);
  REQUIRE(want);
  const EffectByDay& found = metric.by_day.at(0);
  CHECK(*found.slope == Approx(want->slope).epsilon(1e-9));
  CHECK(*found.slope_standard_error == Approx(want->slope_standard_error).epsilon(1e-9));
  CHECK(*found.p_value == Approx(want->p_value).epsilon(1e-9));
}
