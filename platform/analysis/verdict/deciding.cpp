#include "platform/analysis/verdict/deciding.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "platform/analysis/report/facts.h"

namespace crossfade::analysis {

namespace {

bool is_bad_side(const Interval& interval, Direction direction) {
  return (direction == Direction::increase && interval.upper < 0) ||
         (direction == Direction::decrease && interval.lower > 0);
}

// The interval by its name. What is always-valid, or the planned look, is of the effect after CUPED where there is one.
std::string label_of(const Report& report, DecidingInterval by, const AdjustedComparison* adjusted) {
  const std::string_view after = adjusted == nullptr    ? ""
                                 : adjusted->regression ? ", after regression"
                                                        : ", after CUPED";
  switch (by) {
    case DecidingInterval::group_sequential:
      return fmt::format("boundary of look {}", report.plan->looks.size());
    case DecidingInterval::always_valid:
      return fmt::format("always-valid{}", after);
    case DecidingInterval::single_look:
    case DecidingInterval::cuped:
      break;
  }
  return fmt::format("planned look{}", after);
}

bool finds_difference_always(const Report& report, const Comparison& comparison) {
  const auto& sequence = comparison.always_valid;
  return sequence && sequence->adjusted_p_value && *sequence->adjusted_p_value < decision_alpha(report);
}

}  // namespace

bool too_small(const Comparison& comparison) {
  return comparison.always_valid && comparison.always_valid->reason == kTooSmall;
}

const Skew* too_skewed(const Report& report, const Comparison& comparison) {
  const SequentialMode mode = mode_of(report);
  if (mode == SequentialMode::always_valid) return nullptr;
  const bool after_cuped = mode == SequentialMode::fixed && comparison.adjusted;
  const std::optional<Skew>& skew = after_cuped ? comparison.adjusted->skew : comparison.skew;
  return skew && !skew->trusted ? &*skew : nullptr;
}

bool shows_harm(const Comparison& comparison, Direction direction) {
  const auto& always_valid = comparison.always_valid;
  return always_valid && always_valid->interval && is_bad_side(*always_valid->interval, direction);
}

bool finds_difference(const Report& report, const Comparison& comparison) {
  if (too_small(comparison)) return false;
  const SequentialMode mode = mode_of(report);
  if (mode == SequentialMode::fixed && !report.plan->complete) return false;
  if (too_skewed(report, comparison) != nullptr) return finds_difference_always(report, comparison);
  if (mode == SequentialMode::group_sequential) {
    return comparison.group_sequential && comparison.group_sequential->crossed;
  }
  const auto p = deciding_p(report, comparison);
  return p && *p < decision_alpha(report);
}

bool is_better(double effect, Direction direction) {
  return (direction == Direction::increase && effect > 0) || (direction == Direction::decrease && effect < 0);
}

bool shows_no_effect(const Report& report, const Comparison& primary) {
  if (!report.plan || !report.plan->complete || !primary.planned || too_small(primary)) return false;
  if (too_skewed(report, primary) != nullptr) return false;
  if (!primary.detectable || !primary.detectable->target) return false;
  const auto& lift = primary.planned->lift_interval;
  const double mde = *primary.detectable->target;
  return lift && lift->lower > -mde && lift->upper < mde;
}

Deciding deciding_of(const Report& report, const MetricReport& metric, const Comparison& comparison) {
  const SequentialMode mode = mode_of(report);
  const bool primary = &metric == &report.metrics.front();
  const bool by_plan = primary && !too_small(comparison) && too_skewed(report, comparison) == nullptr &&
                       !shows_harm(comparison, metric.direction);
  Deciding result{.effect = comparison.effect, .lift = comparison.lift};
  const bool after_cuped = primary && comparison.adjusted && comparison.adjusted->effect;
  const auto take = [&](DecidingInterval kind, const auto& source, bool significant) {
    result.by = kind;
    result.label = label_of(report, kind, after_cuped ? &*comparison.adjusted : nullptr);
    result.interval = source.interval;
    result.lift_interval = source.lift_interval;
    result.reason = source.reason;
    result.significant = significant;
  };
  const bool ahead =
      finds_difference(report, comparison) && comparison.effect && is_better(*comparison.effect, metric.direction);
  const bool nothing = by_plan && !ahead && shows_no_effect(report, comparison);
  if (by_plan && !nothing && mode == SequentialMode::group_sequential && comparison.group_sequential) {
    const GroupSequentialLook& look = *comparison.group_sequential;
    result.effect = look.effect;
    result.lift = look.lift;
    take(DecidingInterval::group_sequential, look, look.crossed);
    return result;
  }
  if (after_cuped) {
    result.effect = comparison.adjusted->effect;
    result.lift = comparison.adjusted->lift;
  }
  if (nothing || (by_plan && mode == SequentialMode::fixed && report.plan->complete && comparison.planned)) {
    const auto& effect = comparison.planned->interval;
    take(after_cuped ? DecidingInterval::cuped : DecidingInterval::single_look, *comparison.planned,
         nothing ? effect && (effect->lower > 0 || effect->upper < 0) : finds_difference(report, comparison));
  } else if (comparison.always_valid) {
    take(DecidingInterval::always_valid, *comparison.always_valid, finds_difference_always(report, comparison));
  }
  return result;
}

std::optional<double> deciding_p(const Report& report, const Comparison& comparison) {
  switch (mode_of(report)) {
    case SequentialMode::fixed:
      return comparison.adjusted ? comparison.adjusted->adjusted_p_value : comparison.adjusted_p_value;
    case SequentialMode::group_sequential:
      return std::nullopt;
    case SequentialMode::always_valid:
      break;
  }
  return comparison.always_valid ? comparison.always_valid->adjusted_p_value : std::nullopt;
}

}  // namespace crossfade::analysis
