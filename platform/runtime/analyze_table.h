#pragma once

#include <string>
#include <vector>

#include "platform/analysis/analyze.h"

namespace crossfade::runtime {

// `crossfade analyze --csv` and `--summary`: anybody's table instead of a store.
struct TableFlags {
  std::string csv;
  std::string summary;
  std::string unit;
  std::string variant;
  std::vector<std::string> metrics;  // COL, COL:mean, COL:proportion; the first one is the primary metric
  double winsorize = 0;              // upper quantile of the means; 0: none

  bool given() const { return !csv.empty() || !summary.empty(); }
};

// Throws Error (user) for flags that do not go together, and for whatever is wrong with the file.
std::vector<analysis::Report> analyze_tables(const TableFlags& flags, const analysis::AnalyzeOptions& options);

}  // namespace crossfade::runtime
