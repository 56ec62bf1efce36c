#include <fmt/format.h>

#include <cctype>
#include <string>
#include <string_view>

#include "platform/analysis/render/render.h"
#include "platform/analysis/render/rows.h"
#include "platform/analysis/render/sections.h"
#include "platform/analysis/report/facts.h"
#include "platform/core/text.h"

namespace crossfade::analysis {

namespace {

bool is_letter(std::string_view text, std::size_t at) {
  return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
}

// What would be markup in a table's cell or in running text. Inside a word an underscore is none (CommonMark 6.2).
std::string escaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside = c == '_' && i > 0 && is_letter(text, i - 1) && is_letter(text, i + 1);
    if (!inside && std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return printable(result);
}

void add_metric(std::string& text, const Report& report, const MetricReport& metric) {
  text += fmt::format("\n**{}**: {} ({})\n\n", escaped(metric.metric), escaped(metric.definition),
                      escaped(description_of(metric)));
  text += fmt::format("| variant | n | mean | effect | lift | {} | | p | adjusted p | |\n", interval_caption(report));
  text += "|---|--:|--:|--:|--:|--:|---|--:|--:|---|\n";
  for (const MetricRow& row : rows_of(metric)) {
    const bool strong = row.significant && !row.secondary;
    const std::string lift = strong ? fmt::format("**{}**", row.lift) : row.lift;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                        row.secondary ? "*" + row.variant + "*" : escaped(row.variant), row.n, row.mean, row.effect,
                        lift, escaped(row.interval), escaped(row.decided_by), escaped(row.p), escaped(row.adjusted_p),
                        escaped(row.note));
  }
}

void add_section(std::string& text, const Section& section) {
  text +=
      fmt::format("\n**{}**{}{}\n\n|", escaped(section.title), section.note.empty() ? "" : ": ", escaped(section.note));
  for (const std::string& name : section.header) text += fmt::format(" {} |", escaped(name));
  text += "\n|";
  for (std::size_t i = 0; i < section.header.size(); ++i) text += i < section.text_columns ? "---|" : "--:|";
  text += '\n';
  for (const auto& row : section.rows) {
    text += '|';
    for (const std::string& cell : row) text += fmt::format(" {} |", escaped(cell));
    text += '\n';
  }
}

void add_report(std::string& text, const Report& report) {
  if (!text.empty()) text += '\n';
  text += fmt::format("## {}\n\n", escaped(report.experiment));
  if (!report.hypothesis.empty()) text += escaped(report.hypothesis) + "\n\n";
  const std::string caution = caution_of(report);
  text += fmt::format("**{}**{}{}: {}\n\n", escaped(to_string(report.decision.verdict)), caution.empty() ? "" : ", ",
                      caution, escaped(report.decision.summary));
  for (std::size_t i = 1; i < report.decision.reasons.size(); ++i) {
    text += fmt::format("- {}\n", escaped(report.decision.reasons[i]));
  }
  if (report.decision.reasons.size() > 1) text += '\n';
  text += fmt::format("Status {}, version {}", report.status, report.version);
  text += report.control.empty() ? ".\n" : fmt::format(", control {}.\n", escaped(report.control));
  if (exposed_units(report) == 0) return;
  text += "\n| health | |\n|---|---|\n";
  for (const Line& line : health_lines(report)) text += fmt::format("| {} | {} |\n", line.label, escaped(line.text));
  for (const std::string& warning : report.health.warnings) {
    text += fmt::format("| {} | {} |\n", is_serious(report, warning) ? "serious warning" : "warning", escaped(warning));
  }
  for (const MetricReport& metric : report.metrics) add_metric(text, report, metric);
  for (const Section& section : sections_of(report)) add_section(text, section);
}

}  // namespace

std::string render_markdown(std::span<const Report> reports) {
  std::string text;
  for (const Report& report : reports) add_report(text, report);
  return text;
}

}  // namespace crossfade::analysis
