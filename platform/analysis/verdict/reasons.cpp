#include "platform/analysis/verdict/reasons.h"

#include <fmt/format.h>

#include <algorithm>
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
  std::optional<Interval> interval;
  if (metric.role == Role::primary) {
    interval = numbers.lift_interval;
  } else if (comparison.always_valid) {
    interval = comparison.always_valid->lift_interval;
  }
  if (numbers.lift && interval) {
    const int decimals = percent_decimals(*interval);
    return fmt::format("{} {} by {} {} against {}", verb, metric.metric,
                       plain_percent(std::abs(*numbers.lift), decimals), percent_interval(*interval, decimals),
                       report.control);
  }
  const int decimals = decimals_for(comparison.standard_error.value_or(0), effect);
  return fmt::format("{} {} by {} {} against {}", verb, metric.metric, number(std::abs(effect), decimals), metric.unit,
                     report.control);
}

std::string always_valid_p(const Comparison& comparison) {
  if (!comparison.always_valid || !comparison.always_valid->adjusted_p_value) return "";
  return fmt::format(" (always-valid {})", p_statement(*comparison.always_valid->adjusted_p_value));
}

// The number that decided.
std::string decided_by(const Report& report, const Comparison& comparison) {
  switch (mode_of(report)) {
    case SequentialMode::group_sequential: {
      const auto& look = comparison.group_sequential;
      if (!look || !look->statistic) return "";
      return fmt::format(" (z = {:.2f}, the boundary of look {} is {:.2f})", *look->statistic,
                         report.plan->looks.size(), look->bound);
    }
    case SequentialMode::fixed: {
      const auto p = deciding_p(report, comparison);
      return p ? fmt::format(" (adjusted {})", p_statement(*p)) : "";
    }
    case SequentialMode::always_valid:
      break;
  }
  return always_valid_p(comparison);
}

// What a guardrail's interval says against its margin.
std::string guard_statement(const Report& report, const Guard& guard, std::string_view conclusion) {
  return fmt::format("{} {}, {} the margin of {}", guard.comparison->variant,
                     change(report, *guard.metric, *guard.comparison), conclusion,
                     share(guard.comparison->guardrail->margin));
}

std::string harm_reason(const Report& report, const JudgedTreatment& treatment) {
  const auto guard = std::ranges::find_if(treatment.guards, &Guard::harmed);
  if (guard != treatment.guards.end()) return guard_statement(report, *guard, "beyond") + ": end it.";
  return fmt::format("{} {}{}: end it.", treatment.primary->variant,
                     change(report, *treatment.metric, *treatment.primary), always_valid_p(*treatment.primary));
}

std::string guardrail_reason(const Report& report, const JudgedTreatment& treatment) {
  const auto guard = std::ranges::find_if(treatment.guards, &Guard::failed);
  return guard_statement(report, *guard, "beyond") +
         fmt::format(" at this look ({} for a loss within it).", p_statement(*guard->comparison->guardrail->p_value));
}

std::string ahead_reason(const Report& report, const JudgedTreatment& treatment) {
  std::string text =
      fmt::format("{} {}{}", treatment.primary->variant, change(report, *treatment.metric, *treatment.primary),
                  decided_by(report, *treatment.primary));
  std::vector<std::string> missing;
  for (const Guard& guard : treatment.guards) {
    if (!guard.passed()) {
      missing.push_back(fmt::format("guardrail {} is not yet shown to get worse by less than {}", guard.metric->metric,
                                    share(guard.comparison->guardrail->margin)));
    }
  }
  if (const std::string days = missing_days(report); !days.empty()) missing.push_back(days);
  return missing.empty() ? text + "." : fmt::format("{}, but {}.", text, fmt::join(missing, ", and "));
}

// "; about 9 more days until the planned 20000 units"
std::string remaining(const Report& report) {
  if (!report.plan || report.plan->complete || !report.plan->days_left || ended(report)) return "";
  const std::string days = counted(static_cast<std::int64_t>(std::ceil(*report.plan->days_left)), "day", "days");
  if (!report.plan->planned_units) return fmt::format("; {} more until the planned end", days);
  return fmt::format("; at this pace {} more until the planned {:.0f} units", days, *report.plan->planned_units);
}

std::string open_reason(const Report& report, const JudgedTreatment& treatment) {
  const Comparison& primary = *treatment.primary;
  const std::string& metric = treatment.metric->metric;
  const Deciding& numbers = *primary.deciding;
  const auto& effect = numbers.interval;
  const auto& lift = numbers.lift_interval;
  if (!effect) {
    if (not_measured(*treatment.metric)) return fmt::format("{}: {} was not measured.", primary.variant, metric);
    const std::string& why = primary.reason.empty() ? "the first look comes later" : primary.reason;
    return fmt::format("{}: {} cannot be compared ({}).", primary.variant, metric, why);
  }
  if (treatment.no_effect) {
    const double mde = *primary.detectable->target;
    const auto& fixed = primary.planned->lift_interval;
    const int decimals = percent_decimals(*fixed);
    return fmt::format("{}: no effect on {} as large as the planned {}; the interval of the lift is {} to {}.",
                       primary.variant, metric, share(mde), percent(fixed->lower, decimals),
                       percent(fixed->upper, decimals));
  }
  if (numbers.significant) {
    return fmt::format(
        "{} {}{}{}.", primary.variant, change(report, *treatment.metric, primary), decided_by(report, primary),
        treatment.metric->direction == Direction::none ? ", and neither is better" : ": no reason to ship it");
  }
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
  if (primary.significant && mode_of(report) == SequentialMode::always_valid) {
    text += fmt::format(" (a single planned look would have found one, {})", p_statement(*primary.adjusted_p_value));
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

}  // namespace

std::string reason_of(const Report& report, const JudgedTreatment& treatment) {
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

std::optional<std::string> invalid_reason(const Report& report) {
  if (report.srm.mismatch) {
    return fmt::format("Units are not split as {} (sample ratio mismatch, {}): find the fault before any result.",
                       report.srm.equal_weights_assumed ? "equal weights would" : "configured",
                       p_statement(*report.srm.p_value));
  }
  const double several = multiple_variants_share(report);
  if (several > kMultipleVariantsShare) {
    return fmt::format(
        "{} of the units were seen in several variants, at most {} may be: find the fault before any "
        "result.",
        share(several), share(kMultipleVariantsShare));
  }
  return std::nullopt;
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
