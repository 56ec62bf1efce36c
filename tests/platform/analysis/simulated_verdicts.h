#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/findings/multiplicity.h"
#include "platform/analysis/verdict/conclude.h"
#include "platform/stats/looks/sequential.h"
#include "tests/platform/stats/truth/draws.h"

// Experiments of 28 days, looked at every evening: what comparisons and rules make of moments, without a store.
namespace crossfade::analysis::test {

using stats::Moments;
using stats::test::Draws;
using stats::test::Shape;

struct Cell {
  Shape shape = Shape::normal;
  double treatment_share = 0.5;  // of the units
  double lift = 0;               // of the treatment
};

inline constexpr int kEvenings = 28;
inline constexpr double kMargin = 0.1;

// How many of the experiments were ever called.
struct Called {
  int ship = 0;
  int stop_harm = 0;
  int guardrail_fail = 0;  // at the end of a fixed plan, by a guardrail without an effect
  int unpooled_ship = 0;   // the always-valid interval by each variant's own variance, from the first look on
  int unpooled_harm = 0;
  int margin_passed = 0;  // a guardrail that loses exactly its margin was found to lose less
  int margin_harmed = 0;  // and more
};

// What the units of a day did; conversions are 2 000 a day, everything else 1 000.
class DailyExperiment {
 public:
  DailyExperiment(const Cell& cell, std::uint64_t seed) : cell_(cell), draws_(seed) {}

  void next_day() {
    const double units = cell_.shape == Shape::conversion ? 2000 : 1000;
    const auto treated = static_cast<int>(std::lround(units * cell_.treatment_share));
    for (int i = 0; i < static_cast<int>(units); ++i) {
      const double value = draws_.value(cell_.shape);
      if (i >= treated) {
        control_.add(value);
        continue;
      }
      if (cell_.shape == Shape::conversion) {
        treatment_.add(value == 0 && draws_.uniform() < 0.01 * cell_.lift / 0.99 ? 1 : value);
        losing_.add(value == 1 && draws_.uniform() < kMargin ? 0 : value);
      } else {
        treatment_.add(value * (1 + cell_.lift));
        losing_.add(value * (1 - kMargin));
      }
    }
  }

  const Moments& control() const { return control_; }
  const Moments& treatment() const { return treatment_; }
  const Moments& losing() const { return losing_; }  // like the control, but for its margin

 private:
  Cell cell_;
  Draws draws_;
  Moments control_;
  Moments treatment_;
  Moments losing_;
};

inline Comparison compared(Shape shape, const Moments& control, const Moments& treatment,
                           const CompareOptions& options) {
  MetricDefinition metric{.name = "value"};
  if (shape == Shape::conversion) metric.type = MetricType::proportion;
  const auto sample = [&](const Moments& moments) {
    return sample_of(metric, {.moments = {moments.n(), {moments.mean()}, {{{moments.m2()}}}}, .events = {}}, 0.05);
  };
  Comparison comparison = compare(sample(control), sample(treatment), options);
  comparison.variant = "treatment";
  return comparison;
}

// On this day, by these rules; `plan` ends today.
inline Verdict verdict_of(const Cell& cell, const DailyExperiment& experiment, int day, std::optional<Plan> plan) {
  Report report;
  report.status = "running";
  report.control = "control";
  report.health.days = day;
  report.units = {{"control", experiment.control().n()}, {"treatment", experiment.treatment().n()}};
  if (plan) {
    report.plan.emplace().plan = *plan;
    report.plan->complete = true;
  }
  const auto add = [&](Role role, std::optional<double> margin) {
    MetricReport& metric = report.metrics.emplace_back();
    metric.metric = margin ? "guardrail" : "value";
    metric.role = role;
    metric.direction = Direction::increase;
    metric.margin = margin;
    for (const VariantUnits& units : report.units) {
      VariantSummary& summary = metric.variants.emplace_back();
      summary.variant = units.variant;
      summary.n = units.units;
    }
    metric.comparisons = {compared(cell.shape, experiment.control(), experiment.treatment(),
                                   {.direction = Direction::increase,
                                    .always_valid = true,
                                    .guardrail_margin = margin,
                                    .planned = plan.has_value(),
                                    .planned_look = plan.has_value()})};
  };
  add(Role::primary, std::nullopt);
  if (plan) add(Role::guardrail, kMargin);
  adjust(report.metrics, 0.95);
  return conclude(std::move(report)).decision.verdict;
}

inline Called called(const Cell& cell, int experiments) {
  Called result;
  const auto once = [](bool& before, bool now, int& count) {
    if (now && !before) ++count;
    before = before || now;
  };
  for (int i = 0; i < experiments; ++i) {
    DailyExperiment experiment(cell, static_cast<std::uint64_t>(1 + i));
    std::array<bool, 6> before{};
    for (int day = 1; day <= kEvenings; ++day) {
      experiment.next_day();
      const Verdict verdict = verdict_of(cell, experiment, day, std::nullopt);
      once(before[0], verdict == Verdict::ship, result.ship);
      once(before[1], verdict == Verdict::stop_harm, result.stop_harm);
      if (const auto own = stats::sequential(experiment.control(), experiment.treatment())) {
        once(before[2], own->interval.lower > 0, result.unpooled_ship);
        once(before[3], own->interval.upper < 0, result.unpooled_harm);
      }
      const GuardrailResult guardrail = *compared(cell.shape, experiment.control(), experiment.losing(),
                                                  {.direction = Direction::increase, .guardrail_margin = kMargin})
                                             .guardrail;
      once(before[4], guardrail.non_inferior, result.margin_passed);
      once(before[5], guardrail.harmed, result.margin_harmed);
    }
    const Plan plan{.sample_size = experiment.control().n(), .mode = SequentialMode::fixed};
    if (verdict_of(cell, experiment, kEvenings, plan) == Verdict::guardrail_fail) ++result.guardrail_fail;
  }
  return result;
}

}  // namespace crossfade::analysis::test
