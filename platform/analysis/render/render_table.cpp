#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/render/forest.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/render/rows.h"
#include "platform/analysis/render/sections.h"
#include "platform/analysis/report/facts.h"
#include "platform/core/text.h"

namespace crossfade::analysis {

namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::array kColours{kBold, kDim, kGreen, kRed, kYellow, kReset};
constexpr int kForestWidth = 56;

// Characters, not bytes: names may be any UTF-8.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width, bool right) {
  const std::string space(width - std::min(width, width_of(text)), ' ');
  return right ? space + std::string(text) : std::string(text) + space;
}

class Table {
 public:
  Table(const Report& report, const TableStyle& style) : report_(report), style_(style) {}

  std::string text() {
    title();
    if (exposed_units(report_) > 0) {
      health();
      metrics();
      forest();
      for (const Section& one : sections_of(report_)) section(one);
    } else {
      warnings();
    }
    verdict();
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kColumns = 10;
  static constexpr std::size_t kDecidedBy = 6;  // a name, as the first and the last column
  using Cells = std::array<std::string, kColumns>;

  static Cells cells_of(const MetricRow& row) {
    return {(row.secondary ? "    " : "  ") + row.variant,
            row.n,
            row.mean,
            row.effect,
            row.lift,
            row.interval,
            row.decided_by,
            row.p,
            row.adjusted_p + (row.significant ? " *" : "  "),
            row.note};
  }

  void line(std::string_view text) {
    text_ += without_orders(text);
    while (text_.ends_with(' ')) text_.pop_back();
    text_ += '\n';
  }

  // Names come from logs and files of others: a terminal obeys nothing in them but the colours that are used here.
  std::string without_orders(std::string_view text) const {
    if (!style_.colour) return printable(text);
    std::string result;
    while (!text.empty()) {
      const auto colour = std::ranges::find_if(kColours, [&](std::string_view one) { return text.starts_with(one); });
      if (colour != kColours.end()) {
        result += *colour;
        text.remove_prefix(colour->size());
        continue;
      }
      const std::size_t end = std::min(text.find('\x1b', 1), text.size());
      result += printable(text.substr(0, end));
      text.remove_prefix(end);
    }
    return result;
  }

  std::string painted(std::string_view colour, std::string_view text) const {
    const std::size_t end = text.find_last_not_of(' ') + 1;  // spaces stay outside, where line() finds them
    if (!style_.colour || end == 0) return std::string(text);
    return fmt::format("{}{}{}{}", colour, text.substr(0, end), kReset, text.substr(end));
  }

  std::string toned(Tone tone, std::string_view text) const {
    return tone == Tone::plain ? std::string(text) : painted(tone == Tone::good ? kGreen : kRed, text);
  }

  void title() {
    std::string rest = fmt::format("{}, version {}", report_.status, report_.version);
    if (!report_.control.empty()) rest += fmt::format(", control {}", report_.control);
    if (!report_.owner.empty()) rest += fmt::format(", owner {}", report_.owner);
    line(fmt::format("{}  {}", painted(kBold, report_.experiment), painted(kDim, rest)));
    if (!report_.hypothesis.empty()) line(report_.hypothesis);
    line("");
  }

  void health() {
    for (const Line& health_line : health_lines(report_)) {
      const bool wrong = health_line.label == "split" && report_.srm.mismatch;
      line(fmt::format("  {}{}", padded(health_line.label, 10, false),
                       wrong ? painted(kRed, health_line.text) : health_line.text));
    }
    warnings();
    line("");
  }

  void warnings() {
    for (const std::string& warning : report_.health.warnings) {
      const bool serious = is_serious(report_, warning);
      line(painted(serious ? kRed : kYellow, (serious ? "  !! " : "  ! ") + warning));
    }
  }

  void metrics() {
    std::vector<std::vector<MetricRow>> rows;
    rows.reserve(report_.metrics.size());
    for (const MetricReport& metric : report_.metrics) rows.push_back(rows_of(metric));
    Cells header = {"", "n", "mean", "effect", "lift", interval_caption(report_), "", "p", "adjusted p  ", ""};
    std::array<std::size_t, kColumns> widths{};
    const auto widen = [&](const Cells& cells) {
      for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], width_of(cells[i]));
    };
    widen(header);
    for (const auto& of_metric : rows) {
      for (const MetricRow& row : of_metric) widen(cells_of(row));
    }
    line(painted(kDim, row_text(header, widths, Tone::plain)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      line(fmt::format("{}  {}", painted(kBold, report_.metrics[i].metric),
                       painted(kDim, description_of(report_.metrics[i]))));
      for (const MetricRow& row : rows[i]) {
        const std::string text = row_text(cells_of(row), widths, row.tone);
        line(row.secondary ? painted(kDim, text) : text);
      }
    }
    line(painted(kDim, fmt::format("  * adjusted p (p where there is none) < {:.4g}; where a test is named, by it",
                                   1 - report_.confidence_level)));
    line("");
  }

  // Numbers to the right; the tone is on the lift and its interval.
  std::string row_text(const Cells& cells, const std::array<std::size_t, kColumns>& widths, Tone tone) const {
    std::string text;
    for (std::size_t i = 0; i < kColumns; ++i) {
      const std::string cell = padded(cells[i], widths[i], i > 0 && i != kDecidedBy && i + 1 < kColumns);
      if (i > 0) text += "  ";
      text += i == 4 || i == 5 ? toned(tone, cell) : cell;
    }
    return text;
  }

  void forest() {
    std::vector<Interval> core, others;
    std::size_t metric_width = 0;
    std::size_t variant_width = 0;
    for (const MetricReport& metric : report_.metrics) {
      for (const Comparison& comparison : metric.comparisons) {
        const ShownLift shown = shown_lift(comparison);
        if (!shown.lift || !shown.interval) continue;
        (metric.role == Role::primary ? core : others).push_back(*shown.interval);
        metric_width = std::max(metric_width, width_of(metric.metric));
        variant_width = std::max(variant_width, width_of(comparison.variant));
      }
    }
    if (core.empty() && others.empty()) return;
    const ForestAxis axis = forest_axis(core, others, kForestWidth, style_.unicode);
    line(painted(kDim,
                 fmt::format("  {}  {}", padded("lift", metric_width + variant_width + 2, false), forest_scale(axis))));
    for (const MetricReport& metric : report_.metrics) {
      std::string name = metric.metric;
      for (const Comparison& comparison : metric.comparisons) {
        const ShownLift shown = shown_lift(comparison);
        if (!shown.lift || !shown.interval) continue;
        const Tone tone = tone_of(metric, comparison);
        line(fmt::format("  {}  {}  {}  {}", padded(name, metric_width, false),
                         padded(comparison.variant, variant_width, false),
                         toned(tone, forest_line(axis, *shown.interval, *shown.lift)),
                         painted(kDim, shown.label.empty() ? "single look" : shown.label)));
        name.clear();
      }
    }
    line("");
  }

  void section(const Section& section) {
    std::vector<std::size_t> widths;
    for (const std::string& name : section.header) widths.push_back(width_of(name));
    for (const auto& row : section.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    const auto text_of = [&](const std::vector<std::string>& cells) {
      std::string text = "  ";
      for (std::size_t i = 0; i < cells.size(); ++i) {
        text += padded(cells[i], widths[i], i >= section.text_columns) + "  ";
      }
      return text;
    };
    line(painted(kBold, section.title));
    if (!section.note.empty()) line(painted(kDim, "  " + section.note));
    line(painted(kDim, text_of(section.header)));
    for (const auto& row : section.rows) line(text_of(row));
    line("");
  }

  void verdict() {
    const Decision& decision = report_.decision;
    const std::string caution = caution_of(report_);
    std::string_view colour = kYellow;
    if (decision.verdict == Verdict::ship && caution.empty()) colour = kGreen;
    if (decision.verdict == Verdict::invalid || decision.verdict == Verdict::stop_harm ||
        decision.verdict == Verdict::guardrail_fail) {
      colour = kRed;
    }
    const std::string said = fmt::format("{}{}{}", to_string(decision.verdict), caution.empty() ? "" : ", ", caution);
    line(fmt::format("{}: {}", painted(colour, said), decision.summary));
    for (std::size_t i = 1; i < decision.reasons.size(); ++i) line("  " + decision.reasons[i]);
  }

  const Report& report_;
  const TableStyle style_;
  std::string text_;
};

}  // namespace

std::string render_table(std::span<const Report> reports, const TableStyle& style) {
  std::string text;
  for (const Report& report : reports) {
    if (!text.empty()) text += "\n\n";
    text += Table(report, style).text();
  }
  return text;
}

}  // namespace crossfade::analysis
