#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "platform/analysis/analyze.h"
#include "platform/analysis/findings/compare.h"
#include "platform/core/random.h"
#include "tests/platform/analysis/fake_store.h"

// Samples of every type of metric, drawn or counted, and whether what is said of them agrees.
namespace crossfade::analysis::test {

inline constexpr double kAlpha = 0.05;

inline bool excludes_zero(const Interval& interval) {
  return interval.lower > 0 || interval.upper < 0;
}

// Whether p, interval and lift say the same, or the row says why one is missing.
inline void check_agreement(const std::optional<double>& p, const std::optional<Interval>& interval,
                            const std::optional<Interval>& lift, const std::string& reason) {
  if (!p) {
    CHECK_FALSE(reason.empty());
    return;
  }
  REQUIRE(interval);
  CHECK(excludes_zero(*interval) == (*p < kAlpha));
  if (lift) {
    CHECK(excludes_zero(*lift) == (*p < kAlpha));
  } else {
    CHECK_FALSE(reason.empty());
  }
}

// Log-uniform.
inline double between(Random& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

inline storage::MetricAggregate some_units(Random& random, std::int64_t n, double mean, double sd, bool history) {
  const double before = between(random, 1, 5);
  const double together = history ? (2 * random.uniform() - 1) * sd * before : 0;
  const auto scale = static_cast<double>(n - 1);
  storage::MetricAggregate result;
  result.moments = {n,
                    {mean, history ? 4 + before * (random.uniform() - 0.5) / std::sqrt(static_cast<double>(n)) : 0,
                     history ? 1.0 : 0},
                    {{{sd * sd * scale, together * scale}, {together * scale, history ? before * before * scale : 0}}}};
  return result;
}

// The same with a denominator that varies.
inline storage::MetricAggregate some_ratio(Random& random, std::int64_t n, double mean, double sd) {
  const double spread = between(random, 0.1, 0.5);
  const double together = (2 * random.uniform() - 1) * sd * spread;
  const auto scale = static_cast<double>(n - 1);
  return {
      .moments = {n, {mean, 1}, {{{sd * sd * scale, together * scale}, {together * scale, spread * spread * scale}}}},
      .events = {}};
}

inline storage::MetricAggregate some_shares(std::int64_t n, std::int64_t successes) {
  const double share = static_cast<double>(successes) / static_cast<double>(n);
  return of(stats::Moments(n, share, share * (1 - share) * static_cast<double>(n)));
}

// An experiment on shares of units: position 6 of the query is that of `roles`.
struct Counted {
  std::int64_t units = 0;
  std::int64_t events = 0;
};
struct ShareExperiment {
  MetricRoles roles = {.primary = "converted", .secondary = {}, .guardrails = {}};
  std::string metric = "converted";
  Direction direction = Direction::increase;
  std::optional<Plan> plan = std::nullopt;
  double session_time = 3.8;  // of the treatment; the control's is 3.8
};
inline Report share_report(const Counted& control, const Counted& treatment, const ShareExperiment& of_what = {}) {
  Configuration config = configuration({experiment("e", {"control", "treatment"}, of_what.roles)});
  MetricDefinition definition{.name = of_what.metric, .type = MetricType::proportion};
  definition.numerator.event = EventKind::custom;
  definition.numerator.name = "event";
  definition.direction = of_what.direction;
  config.metrics = {definition};
  config.experiments[0].variants[0].weight = static_cast<double>(control.units);
  config.experiments[0].variants[1].weight = static_cast<double>(treatment.units);
  config.experiments[0].plan = of_what.plan;
  auto data =
      aggregate("e", {seen("control", control.units, 3.8), seen("treatment", treatment.units, of_what.session_time)});
  data.variants[0].metrics.push_back(some_shares(control.units, control.events));
  data.variants[1].metrics.push_back(some_shares(treatment.units, treatment.events));
  for (auto& variant : data.variants) variant.metrics.resize(9);
  return analyze(config, FakeStore({data}), {}).at(0);
}

}  // namespace crossfade::analysis::test
