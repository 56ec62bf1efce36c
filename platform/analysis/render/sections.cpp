#include "platform/analysis/render/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "platform/analysis/render/behaviour_sections.h"
#include "platform/analysis/report/wording.h"

namespace crossfade::analysis {

namespace {

std::string lift_text(const std::optional<double>& lift, const std::optional<Interval>& interval) {
  return lift ? percent(*lift, interval ? percent_decimals(*interval) : 1) : "";
}

std::string interval_text(const std::optional<Interval>& interval) {
  return interval ? percent_interval(*interval, percent_decimals(*interval)) : "";
}

std::string p_text(const std::optional<double>& p) {
  return p ? p_value(*p) : "";
}

std::string effect_text(const std::optional<double>& effect, const std::optional<double>& error) {
  return effect ? signed_number(*effect, decimals_for(error.value_or(0), *effect)) : "";
}

// Two significant digits of a share that has no interval.
std::string rough_percent(const std::optional<double>& value) {
  constexpr double least = 1e-6;
  if (!value) return "";
  return *value < least ? "< 0.0001 %" : plain_percent(*value, decimals_for(*value * 100, *value * 100));
}

// Calls `add(metric, comparison)` for what an experiment asked for.
template <class Add>
void for_asked(const Report& report, Add add) {
  for (const MetricReport& metric : report.metrics) {
    if (metric.role == Role::other) continue;
    for (const Comparison& comparison : metric.comparisons) add(metric, comparison);
  }
}

// "top_pop in sessions (p = 0.0041)"; "" where prior and data agree.
std::string conflict_of(const MetricReport& metric, const Comparison& comparison) {
  const auto& conflict = comparison.bayesian->prior_conflict;
  if (!conflict || *conflict >= kPriorConflict) return "";
  return fmt::format("{} in {} ({})", comparison.variant, metric.metric, p_statement(*conflict));
}

Section chances(const Report& report) {
  Section section{
      .title = "How likely, and how precise",
      .note = "",
      .header = {"metric", "variant", "better", "expected loss", "finds lifts of", "wanted", "units missing"},
      .rows = {}};
  std::vector<std::string> conflicts;
  for_asked(report, [&](const MetricReport& metric, const Comparison& comparison) {
    if (!comparison.bayesian || !comparison.bayesian->chance_to_win || !comparison.detectable) return;
    const Detectable& detectable = *comparison.detectable;
    if (std::string conflict = conflict_of(metric, comparison); !conflict.empty()) {
      conflicts.push_back(std::move(conflict));
    }
    section.rows.push_back({metric.metric, comparison.variant, plain_percent(*comparison.bayesian->chance_to_win, 1),
                            rough_percent(comparison.bayesian->expected_loss), rough_percent(detectable.achieved),
                            detectable.target ? share(*detectable.target) : "",
                            detectable.units_needed ? fmt::format("{:.0f}", std::ceil(*detectable.units_needed)) : ""});
  });
  if (!conflicts.empty()) {
    section.note =
        fmt::format("The data surprise the prior, and the chances are not about them: {}.", fmt::join(conflicts, ", "));
  }
  return section;
}

Section after_launch(const Report& report) {
  Section section{.title = "What to expect after launch",
                  .note = "",
                  .header = {"variant", "lift seen", "to expect", "interval", "median-unbiased", "interval"},
                  .rows = {}};
  for (const AfterLaunch& expected : report.after_launch) {
    section.note = origin_statement(expected);
    section.rows.push_back({expected.variant, lift_text(expected.seen, expected.interval),
                            lift_text(expected.lift, expected.interval), interval_text(expected.interval), "", ""});
    for (const Comparison& comparison : report.metrics.front().comparisons) {
      const auto& look = comparison.group_sequential;
      if (comparison.variant != expected.variant || !look || !look->unbiased) continue;
      section.rows.back()[4] = lift_text(look->unbiased->lift, look->unbiased->lift_interval);
      section.rows.back()[5] = interval_text(look->unbiased->lift_interval);
    }
  }
  return section;
}

Section adjusted(const Report& report) {
  Section section{
      .title = "With what units did before taken out (CUPED)",
      .note = "",
      .header = {"metric", "variant", "effect", "lift", "interval", "p", "adjusted p", "variance", "with history"},
      .rows = {}};
  for_asked(report, [&](const MetricReport& metric, const Comparison& comparison) {
    if (!comparison.adjusted) return;
    const AdjustedComparison& of = *comparison.adjusted;
    section.rows.push_back({metric.metric, comparison.variant, effect_text(of.effect, of.standard_error),
                            lift_text(of.lift, of.lift_interval), interval_text(of.lift_interval), p_text(of.p_value),
                            metric.adjustment == "none" ? "" : p_text(of.adjusted_p_value),
                            of.variance_reduction ? percent(-*of.variance_reduction, 0) : of.reason,
                            share(std::round(of.share_with_history * 1000) / 1000)});
    if (of.regression) section.title = "With covariates taken out (regression)";
  });
  return section;
}

// Units that a dimension says nothing about, or too much.
std::string left_out_note(const MetricSegments& segments) {
  const auto one = [&](std::int64_t units, const char* with) {
    return fmt::format("{} {} {}", counted(units, "unit", "units"), with, segments.dimension);
  };
  std::vector<std::string> parts;
  if (segments.without_value > 0) parts.push_back(one(segments.without_value, "without a"));
  if (segments.several_values > 0) parts.push_back(one(segments.several_values, "with several values of"));
  if (parts.empty()) return "";
  return fmt::format("left out: {}", fmt::join(parts, ", "));
}

std::string segments_note(const MetricSegments& segments, const std::vector<Comparison>& comparisons) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < segments.heterogeneity.size(); ++i) {
    const Heterogeneity& test = segments.heterogeneity[i];
    if (!test.adjusted_p_value) continue;
    parts.push_back(fmt::format("{} {} that the effect is the same in all, I squared {}", comparisons[i].variant,
                                p_statement(*test.adjusted_p_value), plain_percent(*test.i_squared, 0)));
  }
  if (std::string left_out = left_out_note(segments); !left_out.empty()) parts.push_back(std::move(left_out));
  return fmt::format("{}", fmt::join(parts, "; "));
}

Section segment(const Report& report, const MetricReport& metric, const MetricSegments& segments) {
  Section section{.title = fmt::format("{} by {}", metric.metric, segments.dimension),
                  .note = segments_note(segments, metric.comparisons),
                  .header = {segments.dimension, "variant", "n", "mean", "effect", "lift", "interval", "p"},
                  .rows = {}};
  for (const SegmentComparison& level : segments.levels) {
    for (const VariantSummary& variant : level.variants) {
      std::vector<std::string> row = {level.level, variant.variant, std::to_string(variant.n), "", "", "", "", ""};
      const double n = static_cast<double>(variant.n);
      const double error = variant.standard_deviation.value_or(0) / std::sqrt(std::max(1.0, n));
      if (variant.mean) row[3] = number(*variant.mean, decimals_for(error, *variant.mean));
      for (const Comparison& comparison : level.comparisons) {
        if (comparison.variant != variant.variant || variant.variant == report.control) continue;
        row[4] = effect_text(comparison.effect, comparison.standard_error);
        row[5] = lift_text(comparison.lift, comparison.lift_interval);
        row[6] = interval_text(comparison.lift_interval);
        row[7] = p_text(comparison.p_value);
      }
      section.rows.push_back(std::move(row));
    }
  }
  return section;
}

Section by_day(const MetricReport& metric, const EffectByDay& effect) {
  Section section{.title = fmt::format("{} of {} by days since exposure", metric.metric, effect.variant),
                  .note = "",
                  .header = {"day", "n", "effect", "standard error"},
                  .rows = {},
                  .text_columns = 1};
  if (effect.slope) {
    section.note = fmt::format("slope {} a day ({})", effect_text(effect.slope, effect.slope_standard_error),
                               p_statement(*effect.p_value));
  }
  for (const DailyEffect& day : effect.days) {
    if (!day.effect) continue;
    section.rows.push_back({std::to_string(day.day), std::to_string(day.n), effect_text(day.effect, day.standard_error),
                            number(*day.standard_error, decimals_for(*day.standard_error, *day.standard_error))});
  }
  return section;
}

Section interactions(const Report& report) {
  Section section{.title = "Interactions with other running experiments",
                  .note = "how much the other's treatment changes the effect on the primary metric",
                  .header = {"experiment", "its variant", "variant", "change", "p", "adjusted p", "assignments"},
                  .rows = {},
                  .text_columns = 3};
  for (const InteractionResult& one : report.interactions) {
    if (!one.estimate) continue;
    section.rows.push_back({one.experiment, one.other_variant, one.variant,
                            effect_text(one.estimate, one.standard_error), p_text(one.p_value),
                            p_text(one.adjusted_p_value), p_text(one.assignment_p_value)});
  }
  return section;
}

// What leads to the fault of a split that is not the configured one.
Section split(const Report& report) {
  Section section{.title = "Where the split is not as configured",
                  .note = "",
                  .header = {"units", "observed", "expected", "chi-square", "share", "p", "p without them"},
                  .rows = {},
                  .text_columns = 1};
  if (!report.health.split) return section;
  const SplitSearch& search = *report.health.split;
  const auto slashed = [](const auto& numbers, const char* format) {
    std::vector<std::string> texts;
    for (const auto number : numbers) texts.push_back(fmt::format(fmt::runtime(format), number));
    return fmt::format("{}", fmt::join(texts, " / "));
  };
  section.note = fmt::format("units of {}; largest chi-square first{}", fmt::join(search.variants, " / "),
                             search.since ? "; since " + date(*search.since) : "");
  for (const SplitPart& part : search.parts) {
    section.rows.push_back({part.text, slashed(part.observed, "{}"), slashed(part.expected, "{:.0f}"),
                            fmt::format("{:.1f}", part.statistic), plain_percent(part.contribution, 0),
                            p_value(part.p_value), p_text(part.p_value_without)});
  }
  return section;
}

}  // namespace

std::vector<Section> sections_of(const Report& report) {
  std::vector<Section> sections = {split(report), after_launch(report), adjusted(report), chances(report)};
  for (const MetricReport& metric : report.metrics) {
    for (const MetricSegments& segments : metric.segments) sections.push_back(segment(report, metric, segments));
  }
  for (const MetricReport& metric : report.metrics) {
    if (metric.role == Role::other) continue;
    for (const EffectByDay& effect : metric.by_day) sections.push_back(by_day(metric, effect));
  }
  sections.push_back(interactions(report));
  std::ranges::move(behaviour_sections(report), std::back_inserter(sections));
  std::erase_if(sections, [](const Section& section) { return section.rows.empty(); });
  return sections;
}

}  // namespace crossfade::analysis
