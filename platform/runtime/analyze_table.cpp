#include "platform/runtime/analyze_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "platform/core/error.h"
#include "platform/import/csv_table.h"

namespace crossfade::runtime {

namespace {

MetricDefinition metric_of(const std::string& text, double winsorize) {
  MetricDefinition metric;
  metric.name = text;
  metric.direction = Direction::increase;
  metric.lookback_days = 0;
  const std::size_t colon = text.rfind(':');
  const std::string type = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (type == "mean" || type == "proportion") {
    metric.name = text.substr(0, colon);
    if (type == "proportion") metric.type = MetricType::proportion;
  }
  if (metric.name.empty()) throw Error::user(fmt::format("--metric {}: want COL, COL:mean or COL:proportion", text));
  metric.description =
      metric.type == MetricType::proportion ? "share of units" : "mean over units of the sum of their rows";
  if (metric.type == MetricType::mean && winsorize > 0) metric.winsorize = Winsorization{.upper_quantile = winsorize};
  return metric;
}

// The first metric decides, the others explain.
analysis::TableMetrics with_roles(std::vector<MetricDefinition> metrics) {
  analysis::TableMetrics table;
  table.roles.primary = metrics.front().name;
  for (std::size_t i = 1; i < metrics.size(); ++i) table.roles.secondary.push_back(metrics[i].name);
  table.metrics = std::move(metrics);
  return table;
}

void require(const std::string& value, const char* flag) {
  if (value.empty()) throw Error::user(fmt::format("--csv without {}, want it", flag));
}

std::vector<analysis::Report> analyze_csv(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  require(flags.unit, "--unit COL: whose column says who a row is of");
  require(flags.variant, "--variant COL: the column of the variants");
  require(options.control, "--control V: the variant to compare with");
  if (flags.metrics.empty()) throw Error::user("--csv without --metric COL[:mean|proportion], want one at least");
  std::vector<MetricDefinition> metrics;
  for (const std::string& text : flags.metrics) {
    metrics.push_back(metric_of(text, flags.winsorize));
    const auto same = std::ranges::count(metrics, metrics.back().name, &MetricDefinition::name);
    if (same > 1) throw Error::user(fmt::format("--metric {} stands twice, want it once", metrics.back().name));
  }
  const storage::UnitTable table = imports::read_csv_table(
      {.file = flags.csv, .unit = flags.unit, .variant = flags.variant, .metrics = metrics, .dimensions = options.by});
  return {analysis::analyze_table(storage::summarise(table), with_roles(std::move(metrics)), options)};
}

std::vector<analysis::Report> analyze_summary(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  std::vector<analysis::Report> reports;
  for (const imports::CsvSummary& summary : imports::read_csv_summary(flags.summary)) {
    std::vector<MetricDefinition> metrics;
    for (const std::string& name : summary.metrics) metrics.push_back(metric_of(name + ":mean", 0));
    reports.push_back(analysis::analyze_table(summary.aggregate, with_roles(std::move(metrics)), options));
  }
  return reports;
}

}  // namespace

std::vector<analysis::Report> analyze_tables(const TableFlags& flags, const analysis::AnalyzeOptions& options) {
  if (!flags.csv.empty() && !flags.summary.empty()) throw Error::user("--csv and --summary, want one of them");
  return flags.csv.empty() ? analyze_summary(flags, options) : analyze_csv(flags, options);
}

}  // namespace crossfade::runtime
