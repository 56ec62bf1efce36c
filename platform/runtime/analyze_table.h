#pragma once

#include <vector>

#include "platform/analysis/analyze_table.h"
#include "platform/analysis/report/report.h"
#include "platform/runtime/table_flags.h"

namespace crossfade::runtime {

// The reports of a table: one of --csv, one for each experiment of --summary. Says on stderr, in one line, how the
// file was read where that is not as RFC 4180 has it. Throws Error (user) for flags that do not go together, and for
// whatever is wrong with the file.
std::vector<analysis::Report> analyze_tables(const TableFlags& flags, const analysis::AnalyzeOptions& options);

}  // namespace crossfade::runtime
