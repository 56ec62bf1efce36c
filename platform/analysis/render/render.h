#pragma once

#include <span>
#include <string>

#include "platform/analysis/report/report.h"
#include "platform/analysis/report/timeline.h"

// A Report as text. The same Report gives the same bytes.
namespace crossfade::analysis {

struct TableStyle {
  bool colour = false;  // ANSI escapes: only for a terminal, and not where NO_COLOR is set
  bool unicode = true;  // false: ASCII only
};

// For people: health, a row for each metric and variant with a forest plot of the lifts, the verdict.
std::string render_table(std::span<const Report> reports, const TableStyle& style);
// What the table says, for a page of documentation or a pull request.
std::string render_markdown(std::span<const Report> reports);
// One line for each experiment, metric and treatment, in full precision (RFC 4180, "\n" as line end).
std::string render_csv(std::span<const Report> reports);

// The object of one experiment: what `analyze EXPERIMENT --format json` and GET /api/v1/experiments/KEY/results give.
// In full precision, ends with a newline. `indent` < 0: all on one line.
std::string render_json(const Report& report, int indent = -1);
// {"experiments":[...]}
std::string render_json(std::span<const Report> reports, int indent = -1);

// {"experiments":[...]}: of each Report what a list of experiments shows, among it the lifts of the primary metric. On
// one line, which a newline ends.
std::string render_overview(std::span<const Report> reports);
// On one line, which a newline ends.
std::string render_json(const Timeline& timeline);

}  // namespace crossfade::analysis
