#include "platform/analysis/verdict/reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <span>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"
#include "platform/analysis/verdict/deciding.h"

namespace crossfade::analysis {

namespace {

// "raises sessions by 4.1 % [+2.0 %, +6.2 %] against control": the interval that decides.
std::string change(const Report& report, const MetricReport& metric, const Comparison& comparison) {
  const Deciding& numbers = *comparison.deciding;
  const double effect = numbers.effect.value_or(0);
  const char* verb = effect < 0 ? "lowers" : "raises";
  const std::optional<Interval>& interval = numbers.lift_interval;
  if (numbers.lift && interval) {
    const int decimals = percent_decimals(*interval);
    return fmt::format("{} {} by {} {} against {}", verb, metric.metric,
                       plain_percent(std::abs(*numbers.lift), decimals), percent_interval(*interval, decimals),
                       report.control);
  }
  const int decimals = decimals_for(comparison.standard_error.value_or(0), effect);
  return fmt::format("{} {} by {}{}{} against {}", verb, metric.metric, number(std::abs(effect), decimals),
                     metric.unit.empty() ? "" : " ", metric.unit, report.control);
}

std::string always_valid_p(const Comparison& comparison) {
  if (!comparison.always_valid || !comparison.always_valid->adjusted_p_value) return "";
  return fmt::format(" (always-valid {})", p_statement(*comparison.always_valid->adjusted_p_value));
}

// The number that decided.
std::string decided_by(const Report& report, const Comparison& comparison) {
  const std::optional<DecidingInterval> by = comparison.deciding->by;
  if (by == DecidingInterval::group_sequential) {
    const auto& look = comparison.group_sequential;
    if (!look || !look->statistic) return "";
    return fmt::format(" (z = {:.2f}, the boundary of look {} is {:.2f})", *look->statistic, report.plan->looks.size(),
                       look->bound);
  }
  if (by == DecidingInterval::single_look || by == DecidingInterval::cuped) {
    const auto p = deciding_p(report, comparison);
    return p ? fmt::format(" (adjusted {})", p_statement(*p)) : "";
  }
  return always_valid_p(comparison);
}

// "lowers sessions by 20 % [-31 %, -7 %] against control, beyond the margin of 10 %"
std::string beyond_margin(const Report& report, const Guard& guard) {
  return fmt::format("{} {}, beyond the margin of {}", guard.comparison->variant,
                     change(report, *guard.metric, *guard.comparison), share(guard.comparison->guardrail->margin));
}

std::string harm_reason(const Report& report, const JudgedTreatment& treatment) {
  const auto guard = std::ranges::find_if(treatment.guards, &Guard::harmed);
  if (guard == treatment.guards.end()) {
    return fmt::format("{} {}{}: end it.", treatment.primary->variant,
                       change(report, *treatment.metric, *treatment.primary), always_valid_p(*treatment.primary));
  }
  return fmt::format("{} (always-valid {}): end it.", beyond_margin(report, *guard),
                     p_statement(*guard->comparison->guardrail->harm_p_value));
}

std::string guardrail_reason(const Report& report, const JudgedTreatment& treatment) {
  const auto guard = std::ranges::find_if(treatment.guards, &Guard::failed);
  return fmt::format("{} at the planned look ({}); the always-valid test is not sure of it yet ({}).",
                     beyond_margin(report, *guard), p_statement(*guard->comparison->guardrail->planned_harm_p_value),
                     p_statement(*guard->comparison->guardrail->harm_p_value));
}

// "1112 units in the smaller variant"
std::string needed_units(const Comparison& comparison) {
  const std::int64_t needed = comparison.always_valid->units_needed.value_or(0);
  if (comparison.blocks) return counted(needed, "block", "blocks") + " with both variants";
  return counted(needed, "unit", "units") + " in the smaller variant";
}

// Why a guardrail does not let anything be shipped yet.
std::string open_guard(const Guard& guard) {
  const std::string& metric = guard.metric->metric;
  if (too_small(*guard.comparison))
    return fmt::format("guardrail {} takes {}", metric, needed_units(*guard.comparison));
  return fmt::format("guardrail {} is not yet shown to get worse by less than {}", metric,
                     share(guard.comparison->guardrail->margin));
}

std::string ahead_reason(const Report& report, const JudgedTreatment& treatment) {
  std::string text =
      fmt::format("{} {}{}", treatment.primary->variant, change(report, *treatment.metric, *treatment.primary),
                  decided_by(report, *treatment.primary));
  std::vector<std::string> missing;
  for (const Guard& guard : treatment.guards) {
    if (!guard.passed()) missing.push_back(open_guard(guard));
  }
  if (const std::string days = missing_days(report); !days.empty()) missing.push_back(days);
  if (!missing.empty()) text += fmt::format(", but {}", fmt::join(missing, ", and "));
  if (const std::string days = few_days(report); !days.empty()) text += "; " + days;
  return text + ".";
}

// "; about 9 more days until the planned 20000 units"
std::string remaining(const Report& report) {
  if (!report.plan || report.plan->complete || !report.plan->days_left || ended(report)) return "";
  const std::string days = counted(static_cast<std::int64_t>(std::ceil(*report.plan->days_left)), "day", "days");
  if (!report.plan->planned_units) return fmt::format("; {} more until the planned end", days);
  return fmt::format("; at this pace {} more until the planned {:.0f} units", days, *report.plan->planned_units);
}

// Of a comparison that nothing is concluded from yet.
std::string small_reason(const MetricReport& metric, const Comparison& comparison) {
  const auto treatment = std::ranges::find(metric.variants, comparison.variant, &VariantSummary::variant);
  const std::int64_t smaller = std::min(metric.variants.front().n, treatment->n);
  if (comparison.blocks) {
    return fmt::format("{}: to conclude anything from {} takes {}, and there are {}.", comparison.variant,
                       metric.metric, needed_units(comparison), *comparison.blocks);
  }
  return fmt::format("{}: to conclude anything from {} takes {}, which has {}.", comparison.variant, metric.metric,
                     needed_units(comparison), smaller);
}

// A difference that decides nothing: there is no better, it is on the worse side of a planned look, or the plan waits.
std::string difference_reason(const Report& report, const JudgedTreatment& treatment) {
  const Comparison& primary = *treatment.primary;
  const std::string text =
      fmt::format("{} {}{}", primary.variant, change(report, *treatment.metric, primary), decided_by(report, primary));
  if (treatment.metric->direction == Direction::none) return text + ", and neither is better.";
  if (!finds_difference(report, primary))
    return fmt::format("{}, and the plan decides at its end{}.", text, remaining(report));
  return text + ": no reason to ship it.";
}

std::string no_effect_reason(const JudgedTreatment& treatment) {
  const Interval& lift = *treatment.primary->planned->lift_interval;
  const int decimals = percent_decimals(lift);
  return fmt::format("{}: no effect on {} as large as the planned {}; the interval of the lift is {} to {}.",
                     treatment.primary->variant, treatment.metric->metric,
                     share(*treatment.primary->detectable->target), percent(lift.lower, decimals),
                     percent(lift.upper, decimals));
}

std::string open_reason(const Report& report, const JudgedTreatment& treatment) {
  const Comparison& primary = *treatment.primary;
  const std::string& metric = treatment.metric->metric;
  const Deciding& numbers = *primary.deciding;
  const auto& effect = numbers.interval;
  const auto& lift = numbers.lift_interval;
  if (too_small(primary)) return small_reason(*treatment.metric, primary);
  if (!effect) {
    if (not_measured(*treatment.metric)) return fmt::format("{}: {} was not measured.", primary.variant, metric);
    std::string why = numbers.reason.empty() ? primary.reason : numbers.reason;
    if (why.empty()) why = "the first look comes later";
    return fmt::format("{}: {} cannot be compared ({}).", primary.variant, metric, why);
  }
  if (treatment.no_effect) return no_effect_reason(treatment);
  if (numbers.significant) return difference_reason(report, treatment);
  const char* yet = ended(report) ? "" : " yet";
  std::string text;
  if (lift) {
    const int decimals = percent_decimals(*lift);
    text = fmt::format("{}: no difference in {} seen{}; the interval of the lift is {} to {}", primary.variant, metric,
                       yet, percent(lift->lower, decimals), percent(lift->upper, decimals));
  } else {
    const int decimals = decimals_for((effect->upper - effect->lower) / 2, effect->upper);
    text = fmt::format("{}: no difference in {} seen{}; the interval of the effect is {} to {} {}", primary.variant,
                       metric, yet, signed_number(effect->lower, decimals), signed_number(effect->upper, decimals),
                       treatment.metric->unit);
  }
  const auto& planned_p = primary.adjusted && primary.adjusted->adjusted_p_value ? primary.adjusted->adjusted_p_value
                                                                                 : primary.adjusted_p_value;
  if (mode_of(report) == SequentialMode::always_valid && planned_p && *planned_p < decision_alpha(report)) {
    text += fmt::format(" (a single planned look would have found one, {})", p_statement(*planned_p));
  }
  return text + remaining(report) + ".";
}

// "sticky", "sticky and top_pop", "a, b and c"
std::string listed(std::vector<std::string> names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

std::string without_full_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string reason_by_state(const Report& report, const JudgedTreatment& treatment) {
  switch (treatment.state) {
    case State::harmed:
      return harm_reason(report, treatment);
    case State::guardrail_failed:
      return guardrail_reason(report, treatment);
    case State::winner:
      return ahead_reason(report, treatment);
    case State::open:
      return treatment.ahead ? ahead_reason(report, treatment) : open_reason(report, treatment);
  }
  return "";
}

}  // namespace

std::string reason_of(const JudgedTreatment& treatment) {
  const Report& report = *treatment.source;
  std::string reason = reason_by_state(report, treatment);
  if (const Skew* skew = too_skewed(report, *treatment.primary)) {
    reason += fmt::format(
        " {} is too skewed ({:.1f}) for the test of the plan, which takes {} units in {}; it has {}. The always-valid "
        "one decides.",
        treatment.metric->metric, skew->skewness, skew->units_needed,
        skew->of_treatment ? treatment.primary->variant : report.control, skew->units);
  }
  return reason;
}

std::string called_reason(std::string reason, const Report& report, const JudgedTreatment& treatment) {
  const auto guard = std::ranges::find_if(treatment.guards, &Guard::harmed);
  const MetricReport& called = guard != treatment.guards.end() ? *guard->metric : *treatment.metric;
  std::string today;
  const auto metric = std::ranges::find(report.metrics, called.metric, &MetricReport::metric);
  if (metric != report.metrics.end()) {
    const auto now = std::ranges::find(metric->comparisons, treatment.primary->variant, &Comparison::variant);
    if (now != metric->comparisons.end() && now->deciding && now->deciding->lift_interval) {
      const Interval& lift = *now->deciding->lift_interval;
      const int decimals = percent_decimals(lift);
      today = fmt::format("; by all data the interval of the lift is {} to {}", percent(lift.lower, decimals),
                          percent(lift.upper, decimals));
    }
  }
  return fmt::format("{}. So it was called at {} units, data through {}, and a call stands{}.",
                     without_full_stop(std::move(reason)), treatment.call->units,
                     to_string(treatment.call->data_through), today);
}

std::optional<std::string> invalid_reason(const Report& report) {
  if (report.srm.mismatch) {
    const std::string as_of =
        report.srm.as_of ? fmt::format(", with the data through {}", to_string(*report.srm.as_of)) : "";
    return fmt::format("Units are not split as {} (sample ratio mismatch, {}{}): find the fault before any result.",
                       report.srm.equal_weights_assumed ? "equal weights would" : "configured", p_statement(report.srm),
                       as_of);
  }
  const double several = multiple_variants_share(report);
  if (several > kMultipleVariantsShare) {
    return fmt::format(
        "{} of the units were seen in several variants, at most {} may be: find the fault before any "
        "result.",
        share(several), share(kMultipleVariantsShare));
  }
  if (const ConfigurationChange* const swap = first_swap(report)) {
    return fmt::format(
        "A variant became another treatment on {} and kept its version ({}): two treatments are in the numbers. Raise "
        "the "
        "version, for numbers of what is served now.",
        to_string(swap->at), fmt::join(swap->changes, "; "));
  }
  return std::nullopt;
}

std::string days_advice(const Report& report) {
  std::string few = few_days(report);
  if (few.empty()) return few;
  few.front() = static_cast<char>(std::toupper(few.front()));
  return fmt::format("{}, where {} are wanted: {}", few, report.health.minimum_days,
                     is_simulated(report)
                         ? "of real listeners, who differ between weekdays and weekends, it would wait."
                         : "listeners differ between weekdays and weekends.");
}

std::optional<std::string> empty_reason(const Report& report) {
  if (exposed_units(report) == 0) {
    return report.status == "draft" ? "The experiment is a draft: nobody is in it." : "Nobody has been seen in it.";
  }
  if (report.units.size() < 2) return fmt::format("Only one variant was seen, {}.", report.control);
  return std::nullopt;
}

std::string summary_of(const Report& report, const std::vector<std::string>& reasons,
                       const std::vector<JudgedTreatment>& treatments) {
  const bool first_harms = treatments.front().state == State::harmed;
  std::string summary = without_full_stop(reasons.front());
  std::vector<std::string> harmed;
  for (const JudgedTreatment& treatment : std::span(treatments).subspan(1)) {
    if (treatment.state == State::harmed) harmed.push_back(treatment.primary->variant);
  }
  if (!harmed.empty()) {
    summary +=
        fmt::format("; {} {}{}", listed(harmed), harmed.size() == 1 ? "harms" : "harm", first_harms ? " too" : "");
  }
  const auto ahead = std::ranges::find_if(std::span(treatments).subspan(1),
                                          [](const JudgedTreatment& t) { return t.ahead && t.state != State::harmed; });
  if (first_harms && ahead != std::span(treatments).end()) {
    const std::string days = missing_days(report);
    summary += fmt::format("; {} is ahead{}", ahead->primary->variant, days.empty() ? "" : ", but " + days);
  }
  return summary + ".";
}

}  // namespace crossfade::analysis
