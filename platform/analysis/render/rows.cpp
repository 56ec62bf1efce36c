#include "platform/analysis/render/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/analysis/report/facts.h"
#include "platform/analysis/report/wording.h"

namespace crossfade::analysis {

namespace {

// The same for all variants of a metric, so that the points stand below each other.
int mean_decimals(const MetricReport& metric) {
  int decimals = 0;
  for (const VariantSummary& variant : metric.variants) {
    if (!variant.mean) continue;
    const double error =
        variant.standard_deviation ? *variant.standard_deviation / std::sqrt(static_cast<double>(variant.n)) : 0;
    decimals = std::max(decimals, decimals_for(error, *variant.mean));
  }
  return decimals;
}

std::string guardrail_note(const GuardrailResult& guardrail) {
  const std::string margin = share(guardrail.margin);
  if (guardrail.harmed || guardrail.failed) return fmt::format("beyond its margin of {}", margin);
  if (!guardrail.p_value) return "";
  return fmt::format("{} {} ({})", guardrail.non_inferior ? "within its margin of" : "not yet within its margin of",
                     margin, p_statement(*guardrail.p_value));
}

// Why there is no number, of what decides first.
std::string why_none(const Comparison& comparison) {
  if (!comparison.deciding || comparison.deciding->reason.empty()) return comparison.reason;
  const auto& sequence = comparison.always_valid;
  if (comparison.deciding->reason != kTooSmall || !sequence || !sequence->units_needed)
    return comparison.deciding->reason;
  if (comparison.blocks) {
    return fmt::format("too small: {} with both variants needed", counted(*sequence->units_needed, "block", "blocks"));
  }
  return fmt::format("too small: {} needed in the smaller variant", counted(*sequence->units_needed, "unit", "units"));
}

std::string note_of(const Comparison& comparison) {
  std::string note = comparison.guardrail ? guardrail_note(*comparison.guardrail) : "";
  std::string reason = why_none(comparison);
  if (reason.empty()) return note;
  return note.empty() ? reason : reason + "; " + note;
}

void add_lift(MetricRow& row, const std::optional<double>& lift, const std::optional<Interval>& interval) {
  if (lift) row.lift = percent(*lift, interval ? percent_decimals(*interval) : 1);
  if (interval) row.interval = percent_interval(*interval, percent_decimals(*interval));
}

void add_p(MetricRow& row, const MetricReport& metric, const std::optional<double>& p,
           const std::optional<double>& adjusted) {
  if (p) row.p = p_value(*p);
  if (adjusted && metric.adjustment != "none") row.adjusted_p = p_value(*adjusted);
}

std::string effect_text(const std::optional<double>& effect, const Comparison& comparison) {
  return effect ? signed_number(*effect, decimals_for(comparison.standard_error.value_or(0), *effect)) : "";
}

void add_single_look(MetricRow& row, const MetricReport& metric, const Comparison& comparison) {
  row.effect = effect_text(comparison.effect, comparison);
  add_lift(row, comparison.lift, comparison.lift_interval);
  add_p(row, metric, comparison.p_value, comparison.adjusted_p_value);
  row.significant = comparison.significant;
}

void add_deciding(MetricRow& row, const MetricReport& metric, const Comparison& comparison) {
  const Deciding& numbers = *comparison.deciding;
  if (numbers.effect) row.decided_by = numbers.label;
  row.effect = effect_text(numbers.effect, comparison);
  add_lift(row, numbers.lift, numbers.lift_interval);
  row.significant = numbers.significant;
  if (numbers.as_of) return;  // p of today says something else
  switch (*numbers.by) {
    case DecidingInterval::always_valid:
      // Of guardrails each must pass by itself.
      add_p(row, metric, comparison.always_valid->p_value,
            metric.role == Role::primary ? comparison.always_valid->adjusted_p_value : std::nullopt);
      break;
    case DecidingInterval::cuped:
      add_p(row, metric, comparison.adjusted->p_value, comparison.adjusted->adjusted_p_value);
      break;
    case DecidingInterval::single_look:
      add_p(row, metric, comparison.p_value, comparison.adjusted_p_value);
      break;
    case DecidingInterval::group_sequential:  // z is compared with a boundary
      break;
  }
}

bool decides(const Comparison& comparison) {
  return comparison.deciding && comparison.deciding->by;
}

// Whether what a single look says is said by the numbers that decide already.
bool is_the_single_look(const Comparison& comparison) {
  return comparison.deciding->by == DecidingInterval::single_look &&
         comparison.deciding->lift_interval == comparison.lift_interval;
}

void add_comparison(std::vector<MetricRow>& rows, const MetricReport& metric, const Comparison& comparison) {
  MetricRow& row = rows.back();
  row.note = note_of(comparison);
  row.tone = tone_of(metric, comparison);
  if (!decides(comparison)) {
    add_single_look(row, metric, comparison);
    return;
  }
  add_deciding(row, metric, comparison);
  if (!comparison.p_value || is_the_single_look(comparison)) return;
  MetricRow& below = rows.emplace_back();
  below.variant = "single look";
  below.secondary = true;
  add_single_look(below, metric, comparison);
}

std::string units_text(const Report& report) {
  std::vector<std::string> parts;
  parts.reserve(report.units.size());
  for (const VariantUnits& variant : report.units)
    parts.push_back(fmt::format("{} {}", variant.variant, variant.units));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string split_text(const Srm& srm) {
  if (!srm.p_value) return fmt::format("not tested ({})", srm.reason);
  const char* expected = srm.equal_weights_assumed ? "equal weights (assumed)" : "the configured weights";
  return fmt::format("{} {} ({})", srm.mismatch ? "NOT by" : "by", expected, p_statement(srm));
}

std::string days_text(const Report& report) {
  const Health& health = report.health;
  if (!health.first_exposure) return "none";
  std::string text =
      fmt::format("{} ({}at least {} are wanted), from {}", health.days,
                  few_days(report).empty() ? "" : "few: ", health.minimum_days, date(*health.exposed_from));
  if (report.data_through) text += fmt::format("; data through {}", to_string(*report.data_through));
  return text;
}

// "group_sequential, look 9 of 14, 62 % of 20000 units; The error rate ..."
std::string plan_text(const PlanProgress& progress) {
  std::string text(to_string(progress.plan.mode));
  if (progress.plan.mode == SequentialMode::group_sequential) {
    text += fmt::format(", look {}", progress.looks.size());
    if (progress.plan.looks) text += fmt::format(" of {}", *progress.plan.looks);
  }
  const std::string done = plain_percent(progress.information_fraction, 0);
  if (progress.planned_units) {
    text += fmt::format(", {} of {:.0f} units", done, *progress.planned_units);
  } else if (progress.plan.duration_days) {
    text += fmt::format(", {} of {}", done, counted(*progress.plan.duration_days, "day", "days"));
  }
  text += ". " + progress.guarantee;
  if (const std::string size = size_statement(progress); !size.empty()) text += " " + size;
  return text;
}

std::string defined_text(const MetricShares& shares) {
  double least = 1;
  double most = 0;
  for (const DefinedShare& share_of : shares.variants) {
    if (!share_of.share) continue;
    least = std::min(least, *share_of.share);
    most = std::max(most, *share_of.share);
  }
  if (least > most) return "";
  const std::string range = least == most ? share(least) : fmt::format("{} to {}", share(least), share(most));
  return fmt::format(
      "{} of the units have a value of {}{}", range, shares.metric,
      shares.p_value ? fmt::format(" ({} that it is the same share)", p_statement(*shares.p_value)) : "");
}

std::string balance_text(const Balance& balance) {
  std::vector<std::string> parts;
  std::int64_t with_history = 0;
  for (const VariantHistory& one : balance.variants) with_history += one.summary.n;
  for (const HistoryComparison& one : balance.comparisons) {
    if (one.p_value) parts.push_back(fmt::format("{} {}", one.variant, p_statement(*one.p_value)));
  }
  if (parts.empty()) return "";
  return fmt::format("{} in the {} days before exposure, of {} that the variants are alike: {}", balance.metric,
                     balance.lookback_days, counted(with_history, "unit", "units"), fmt::join(parts, ", "));
}

std::string budget_text(const Health& health) {
  std::vector<std::string> parts;
  for (const SessionBudget& budget : health.tracks_minus_time_per_session) {
    if (!budget.mean) continue;
    const double error = budget.standard_error.value_or(0);
    const int decimals = decimals_for(error, *budget.mean);
    parts.push_back(budget.standard_error ? fmt::format("{} {} +- {}", budget.variant, number(*budget.mean, decimals),
                                                        number(error, decimals))
                                          : fmt::format("{} {}", budget.variant, number(*budget.mean, decimals)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Tone tone_of(const MetricReport& metric, const Comparison& comparison) {
  const bool decided = decides(comparison);
  const bool significant = decided ? comparison.deciding->significant : comparison.significant;
  const auto& effect = decided ? comparison.deciding->effect : comparison.effect;
  if (!significant || !effect || metric.direction == Direction::none) return Tone::plain;
  return (*effect > 0) == (metric.direction == Direction::increase) ? Tone::good : Tone::bad;
}

ShownLift shown_lift(const Comparison& comparison) {
  if (!decides(comparison)) return {.lift = comparison.lift, .interval = comparison.lift_interval, .label = {}};
  const Deciding& numbers = *comparison.deciding;
  return {.lift = numbers.lift, .interval = numbers.lift_interval, .label = numbers.label};
}

std::vector<MetricRow> rows_of(const MetricReport& metric) {
  const int decimals = mean_decimals(metric);
  std::vector<MetricRow> rows;
  for (const VariantSummary& variant : metric.variants) {
    MetricRow& row = rows.emplace_back();
    row.variant = variant.variant;
    row.n = std::to_string(variant.n);
    if (variant.mean) row.mean = number(*variant.mean, decimals);
    const auto comparison = std::ranges::find(metric.comparisons, variant.variant, &Comparison::variant);
    if (comparison != metric.comparisons.end()) add_comparison(rows, metric, *comparison);
  }
  return rows;
}

std::string description_of(const MetricReport& metric) {
  std::string text(to_string(metric.role));
  if (metric.role == Role::other) text = "for information";
  if (metric.margin && metric.role != Role::guardrail) text += " and guardrail";
  if (metric.direction == Direction::increase) text += ", higher is better";
  if (metric.direction == Direction::decrease) text += ", lower is better";
  if (!metric.unit.empty()) text += fmt::format(", in {}", metric.unit);
  if (metric.upper_limit || metric.lower_limit) {
    const auto limit = [](const char* side, double value) {
      return fmt::format("{} {}", side, number(value, decimals_for(0, value)));
    };
    if (metric.lower_limit) text += limit(", cut off below", *metric.lower_limit);
    if (metric.upper_limit) text += limit(", cut off above", *metric.upper_limit);
    text += fmt::format(" ({})", counted(metric.limited, "unit", "units"));
  }
  return metric.note.empty() ? text : text + "; " + metric.note;
}

std::vector<Line> health_lines(const Report& report) {
  std::vector<Line> lines;
  lines.push_back({"units", units_text(report)});
  lines.push_back({"split", split_text(report.srm)});
  lines.push_back({"days", days_text(report)});
  if (report.plan) lines.push_back({"plan", plan_text(*report.plan)});
  if (std::string text = decided_words(report); !text.empty()) lines.push_back({"decided", std::move(text)});
  lines.push_back({"excluded", fmt::format("{} seen in several variants, {} overridden",
                                           counted(report.multiple_variants, "unit", "units"), report.overrides)});
  if (std::string text = defined_text(report.health.primary_defined); !text.empty()) {
    lines.push_back({"defined", std::move(text)});
  }
  if (report.health.balance) {
    if (std::string text = balance_text(*report.health.balance); !text.empty()) {
      lines.push_back({"before", std::move(text)});
    }
  }
  if (std::string text = budget_text(report.health); !text.empty()) {
    lines.push_back({"budget", "tracks - time per session: " + std::move(text)});
  }
  for (const ConfigurationChange& change : report.health.configuration_changes) {
    lines.push_back({"changes", fmt::format("{}: {}", to_string(change.at), fmt::join(change.changes, "; "))});
  }
  return lines;
}

bool is_serious(const Report& report, const std::string& warning) {
  return std::ranges::find(report.health.serious_warnings, warning) != report.health.serious_warnings.end();
}

std::string interval_caption(const Report& report) {
  std::string caption = share(report.confidence_level) + " interval";
  if (report.lift_method != LiftInterval::fieller) caption += fmt::format(" ({})", to_string(report.lift_method));
  return caption;
}

}  // namespace crossfade::analysis
