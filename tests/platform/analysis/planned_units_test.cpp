#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/planning.h"
#include "platform/analysis/render/render.h"
#include "platform/core/random.h"
#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/ratios/ratio.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

constexpr double kLift = 0.15;

struct Kind {
  MetricType type;
  double mean;  // of the control
  double sd;    // of a unit, of a ratio linearised
};

storage::MetricAggregate seen_of(const Kind& kind, std::int64_t n) {
  if (kind.type != MetricType::ratio) return of(moments(n, kind.mean, kind.sd));
  // Numerators that are four times their mean with a spread of their own, over denominators of 4 with one of 1.
  const auto degrees = static_cast<double>(n - 1);
  storage::MetricAggregate aggregate;
  aggregate.moments = {
      n, {4 * kind.mean, 4}, {{{16 * kind.sd * kind.sd * degrees - kind.mean * kind.mean * degrees, 0}, {0, degrees}}}};
  return aggregate;
}

// Answers with one experiment whose primary metric, wherever it is asked for, is as it was given.
class OneMetricStore final : public storage::NullStore {
 public:
  OneMetricStore(Kind kind, std::vector<std::pair<std::string, std::int64_t>> variants)
      : kind_(kind), variants_(std::move(variants)) {}

  std::vector<std::string> known_experiments() const override { return {"e"}; }
  std::vector<storage::ExperimentAggregate> aggregate(const storage::AggregateQuery& query) const override {
    storage::ExperimentAggregate one = test::aggregate("e", {});
    for (const auto& [variant, units] : variants_) {
      storage::VariantAggregate& seen = one.variants.emplace_back();
      seen.variant = variant;
      seen.units = units;
      for (const MetricDefinition& metric : query.metrics) {
        seen.metrics.push_back(metric.name == "m" ? seen_of(kind_, units) : storage::MetricAggregate{});
      }
    }
    return {one};
  }

 private:
  Kind kind_;
  std::vector<std::pair<std::string, std::int64_t>> variants_;
};

MetricDefinition metric_m(MetricType type) {
  MetricDefinition metric;
  metric.name = "m";
  metric.type = type;
  metric.numerator = {.event = EventKind::session, .aggregate = Aggregation::count};
  if (type == MetricType::ratio) metric.denominator = metric.numerator;
  metric.direction = Direction::increase;
  return metric;
}

Configuration planned(MetricType type, SequentialMode mode, double treatment_weight) {
  Configuration result =
      configuration({experiment("e", {"control", "treatment"}, {.primary = "m", .secondary = {}, .guardrails = {}})});
  result.metrics = {metric_m(type)};
  result.experiments[0].variants[0].weight = 1 - treatment_weight;
  result.experiments[0].variants[1].weight = treatment_weight;
  result.experiments[0].plan = Plan{.mde = kLift, .mode = mode};
  if (mode == SequentialMode::group_sequential) result.experiments[0].plan->looks = 7;
  return result;
}

double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(2 * M_PI * random.uniform());
}

// A sample of n units, drawn as its sums are.
stats::Moments drawn(const Kind& kind, std::int64_t n, double lift, Random& random) {
  const double mean = kind.mean * (1 + lift);
  if (kind.type == MetricType::proportion) {
    std::binomial_distribution<std::int64_t> count(n, mean);
    const double rate = static_cast<double>(count(random)) / static_cast<double>(n);
    return stats::Moments(n, rate, static_cast<double>(n) * rate * (1 - rate));
  }
  const auto units = static_cast<double>(n);
  const double spread = 1 + std::sqrt(2 / units) * normal(random);
  return stats::Moments(n, mean + kind.sd / std::sqrt(units) * normal(random),
                        kind.sd * kind.sd * spread * (units - 1));
}

double z_of(const Kind& kind, const stats::Moments& control, const stats::Moments& treatment) {
  if (kind.type != MetricType::proportion) return stats::welch_t(control, treatment)->statistic;
  const auto c = static_cast<double>(control.n());
  const auto t = static_cast<double>(treatment.n());
  const double both = (c * control.mean() + t * treatment.mean()) / (c + t);
  return (treatment.mean() - control.mean()) / std::sqrt(both * (1 - both) * (1 / c + 1 / t));
}

// Whether one experiment of this size finds the planned lift, as its mode decides.
bool finds(const Kind& kind, SequentialMode mode, const std::vector<double>& units, const std::vector<double>& bounds,
           Random& random) {
  const auto n = [&](std::size_t variant, double share) {
    return static_cast<std::int64_t>(std::llround(units[variant] * share));
  };
  if (mode == SequentialMode::always_valid) {
    const auto sequence =
        stats::sequential(drawn(kind, n(0, 1), 0, random), drawn(kind, n(1, 1), kLift, random),
                          {.variance = stats::DifferenceVariance::conservative, .n_star = units[0] + units[1]});
    return *sequence->p_value < 0.05;
  }
  stats::Moments control, treatment;
  for (std::size_t look = 0; look < bounds.size(); ++look) {
    const double share = static_cast<double>(look + 1) / static_cast<double>(bounds.size());
    control.merge(drawn(kind, n(0, share) - control.n(), 0, random));
    treatment.merge(drawn(kind, n(1, share) - treatment.n(), kLift, random));
    if (std::abs(z_of(kind, control, treatment)) >= bounds[look]) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("planned units: plan, report and page tell one number, and it has the power", "[analysis]") {
  // One plan needed 913 units in one command and 1 136 in another.
  const Kind kind =
      GENERATE(Kind{MetricType::mean, 4, 5}, Kind{MetricType::ratio, 2, 1.5}, Kind{MetricType::proportion, 0.2, 0.4});
  const SequentialMode mode =
      GENERATE(SequentialMode::fixed, SequentialMode::group_sequential, SequentialMode::always_valid);
  const double weight = GENERATE(0.5, 0.1);
  CAPTURE(to_string(kind.type), to_string(mode), weight);
  const Configuration configured = planned(kind.type, mode, weight);
  const OneMetricStore store(
      kind, {{"control", std::llround(10'000 * (1 - weight))}, {"treatment", std::llround(10'000 * weight)}});

  const PlanRequest request = plan_request_of(configured, store, "e");
  const PlanAnswer plan = plan_experiment(request);
  const Report report = analyze(configured, store, {}).at(0);
  CHECK(report.plan->planned_units == plan.units);
  CHECK(nlohmann::json::parse(render_json(report))["plan"]["planned_units"] == plan.units);
  CHECK(report.metrics.at(0).comparisons.at(0).detectable->units_needed ==
        Approx(std::max(0.0, plan.units - 10'000)).margin(1));

  // The same by hand, from the numbers that `plan` shows.
  PlanRequest by_hand;
  by_hand.design = {.type = kind.type,
                    .mean = kind.mean,
                    .variance = kind.sd * kind.sd,
                    .weights = {1 - weight, weight},
                    .mode = mode,
                    .looks = 7};
  by_hand.mde = kLift;
  CHECK(plan_experiment(by_hand).units == plan.units);

  constexpr int experiments = 1000;
  std::vector<double> bounds = {stats::normal_upper_quantile(0.025)};
  if (mode == SequentialMode::group_sequential) {
    std::vector<double> fractions;
    for (int look = 1; look <= 7; ++look) fractions.push_back(look / 7.0);
    bounds = stats::group_sequential(fractions)->z_bounds;
  }
  Random random{20261130, static_cast<std::uint64_t>(kind.type), static_cast<std::uint64_t>(mode)};
  int found = 0;
  for (int i = 0; i < experiments; ++i) found += finds(kind, mode, plan.variants, bounds, random) ? 1 : 0;
  // Four Monte Carlo errors: sqrt(.8 x .2 / 1 000) = .0126. By the delta method's sizes power was 87 %.
  CHECK(found / static_cast<double>(experiments) == Approx(0.8).margin(4 * 0.0126));
}
