#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/analyze_table.h"
#include "platform/import/csv_table.h"

namespace crossfade::runtime {

// `--metric` or `--ratio`, as it was written.
struct MetricFlag {
  std::string text;
  bool ratio = false;
};

// `--csv` and `--summary` of `crossfade analyze` and `crossfade report`: anybody's table instead of a store.
struct TableFlags {
  std::string csv;      // "-": standard input
  std::string summary;  // the same
  std::string unit;     // "": a row is a unit
  std::string variant;
  std::vector<MetricFlag> metrics;      // in the order of the command line; the first that is no guardrail decides
  std::vector<std::string> covariates;  // columns
  std::vector<std::string> guardrails;  // METRIC:MARGIN
  std::string weights;                  // V=0.9,W=0.1; "": equal ones
  std::string block;                    // column; "": none
  std::string plan;                     // fixed or fixed:ALPHA; "": what decides holds at any look
  double winsorize = 0;                 // upper quantile of the means; 0: none
  bool lenient = false;                 // whether rows that cannot be used are left out

  bool given() const { return !csv.empty() || !summary.empty(); }
};

// What flags and options ask, of --csv in all and of --summary apart from its metrics. Throws Error (user) for flags
// that cannot be read, or do not go together.
struct TableRequest {
  imports::CsvTableQuery query;
  analysis::TableQuestion question;
};
TableRequest table_request(const TableFlags& flags, const analysis::AnalyzeOptions& options);

// The metrics of a summary, all of them in its own order unless some were asked for, with their roles: positions in
// `names`.
struct SummaryRequest {
  analysis::TableQuestion question;
  std::vector<std::size_t> positions;
};
SummaryRequest summary_request(const TableFlags& flags, const std::vector<std::string>& names);

}  // namespace crossfade::runtime
