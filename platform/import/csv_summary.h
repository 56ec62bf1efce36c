#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/storage/contract/event_store.h"

namespace crossfade::imports {

// What was known of an experiment at some time.
struct SummaryLook {
  std::string at;  // as the file has it; "" where it names no times
  storage::ExperimentAggregate aggregate;
};

// One experiment of a table of figures.
struct CsvSummary {
  std::vector<std::string> metrics;  // the aggregates', in the order in which the file names them
  std::vector<SummaryLook> looks;    // one at least, oldest first
};

struct CsvSummaries {
  std::vector<CsvSummary> experiments;  // by name
  std::string dialect;                  // as CsvTable has it
  std::vector<std::string> warnings;
};

// A table of n, mean and variance (or standard deviation) for each metric and variant, and perhaps for each experiment
// and time: columns metric, variant, n, mean, variance, experiment, snapshot, by these or by the usual other names
// (metric_id, count, sd, time, time_since_start, ...). Or a treatment and its control in a row: n_c, n_t, mean_c,
// mean_t, variance_c, variance_t, where the control is called "control". What stands at a time is all that was known
// until then; times are ordered by number where they all are numbers, else as texts. A mean or a variance that is
// missing is not known. Throws Error as read_csv_table does.
CsvSummaries read_csv_summary(const std::filesystem::path& file, bool lenient = false);

}  // namespace crossfade::imports
