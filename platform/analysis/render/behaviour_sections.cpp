#include "platform/analysis/render/behaviour_sections.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/analysis/report/wording.h"

namespace crossfade::analysis {

namespace {

std::string estimate_text(const std::optional<double>& value, const std::optional<double>& error) {
  return value ? number(*value, decimals_for(error.value_or(0), *value)) : "";
}

// "12.1 % +- 0.4 %"
std::string share_text(const std::optional<double>& value, const std::optional<double>& error) {
  if (!value) return "";
  if (!error) return plain_percent(*value, 1);
  const int decimals = decimals_for(*error * 100, *value * 100);
  return fmt::format("{} +- {}", plain_percent(*value, decimals), plain_percent(*error, decimals));
}

Section session_times_section(const Distributions& distributions) {
  Section section{.title = "Session time",
                  .note = "over all ended sessions, in track lengths",
                  .header = {"variant", "sessions", "mean"},
                  .rows = {},
                  .text_columns = 1};
  for (const SessionTimes& times : distributions.session_time) {
    std::vector<std::string> row{times.variant, std::to_string(times.sessions),
                                 estimate_text(times.mean, std::nullopt)};
    for (const SessionQuantile& one : times.quantiles) {
      if (section.rows.empty()) section.header.push_back(plain_percent(one.level, 0));
      row.push_back(estimate_text(one.value, std::nullopt));
    }
    section.rows.push_back(std::move(row));
  }
  return section;
}

Section quantile_effects(const Distributions& distributions) {
  Section section{.title = "Session time, quantiles compared",
                  .note = "units as clusters",
                  .header = {"variant", "level", "effect", "interval", "p"},
                  .rows = {},
                  .text_columns = 2};
  for (const QuantileEffects& effects : distributions.comparisons) {
    for (const QuantileEffect& one : effects.quantiles) {
      std::vector<std::string> row{effects.variant, plain_percent(one.level, 0), one.reason, "", ""};
      if (one.effect && one.interval) {
        const int decimals = decimals_for(one.standard_error.value_or(0), *one.effect);
        row[2] = signed_number(*one.effect, decimals);
        row[3] = fmt::format("[{}, {}]", signed_number(one.interval->lower, decimals),
                             signed_number(one.interval->upper, decimals));
        row[4] = one.p_value ? p_value(*one.p_value) : "";
      }
      section.rows.push_back(std::move(row));
    }
  }
  return section;
}

Section sessions_per_unit_section(const Distributions& distributions) {
  Section section{.title = "Sessions per unit",
                  .note = "",
                  .header = {"variant", "units", "mean", "none", "one", "more"},
                  .rows = {},
                  .text_columns = 1};
  for (const SessionsPerUnit& one : distributions.sessions_per_unit) {
    const std::int64_t none = one.counts.at(0);
    const std::int64_t single = one.counts.at(1);
    section.rows.push_back({one.variant, std::to_string(one.units), estimate_text(one.mean, std::nullopt),
                            std::to_string(none), std::to_string(single), std::to_string(one.units - none - single)});
  }
  return section;
}

Section answers(const std::vector<VariantTraffic>& traffic) {
  Section section{
      .title = "Who answered", .note = "", .header = {"variant", "recommender", "answers", "share"}, .rows = {}};
  for (const VariantTraffic& variant : traffic) {
    for (const AnswerShare& one : variant.answers) {
      const bool fallback =
          variant.fallback_share && !one.recommender.empty() && !is_answer_of(one.recommender, variant.recommender);
      section.rows.push_back(
          {variant.variant, (one.recommender.empty() ? "not known" : one.recommender) + (fallback ? " (fallback)" : ""),
           std::to_string(one.answers), plain_percent(one.share, 1)});
    }
  }
  return section;
}

Section positions(const std::vector<VariantTraffic>& traffic) {
  Section section{.title = "Skips by position in the session",
                  .note = fmt::format("skipped: less than {} was heard; +- standard error, units as clusters",
                                      share(storage::kSkipThreshold)),
                  .header = {"variant", "position", "playbacks", "skipped", "listened"},
                  .rows = {}};
  for (const VariantTraffic& variant : traffic) {
    for (std::size_t i = 0; i < variant.positions.size(); ++i) {
      const PositionShare& one = variant.positions[i];
      section.rows.push_back({variant.variant, std::to_string(i), std::to_string(one.playbacks),
                              share_text(one.skipped, one.skipped_standard_error),
                              share_text(one.listened, one.listened_standard_error)});
    }
  }
  return section;
}

Section days(const std::vector<VariantTraffic>& traffic) {
  Section section{.title = "Days",
                  .note = "UTC; latency in ms",
                  .header = {"variant", "day", "new units", "active units", "sessions", "requests", "latency", "95 %"},
                  .rows = {}};
  for (const VariantTraffic& variant : traffic) {
    for (const storage::DayTraffic& one : variant.days) {
      const bool measured = one.latency_ms.n() > 0;
      section.rows.push_back({variant.variant, date(one.day), std::to_string(one.new_units),
                              std::to_string(one.active_units), std::to_string(one.sessions),
                              std::to_string(one.requests),
                              measured ? estimate_text(one.latency_ms.mean(), std::nullopt) : "not measured",
                              one.latency_p95_ms ? estimate_text(*one.latency_p95_ms, std::nullopt) : ""});
    }
  }
  return section;
}

}  // namespace

std::vector<Section> behaviour_sections(const Report& report) {
  std::vector<Section> sections;
  if (report.distributions) {
    sections.push_back(session_times_section(*report.distributions));
    sections.push_back(quantile_effects(*report.distributions));
    sections.push_back(sessions_per_unit_section(*report.distributions));
  }
  if (!report.traffic.empty()) {
    sections.push_back(answers(report.traffic));
    sections.push_back(days(report.traffic));
    sections.push_back(positions(report.traffic));
  }
  return sections;
}

}  // namespace crossfade::analysis
