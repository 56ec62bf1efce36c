#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::imports {

// Which columns of a file are what.
struct CsvTableQuery {
  std::filesystem::path file;
  std::string unit;
  std::string variant;
  // Their names are columns. A mean is of the sum of a unit's rows; a proportion is of units with a row that is true
  // (TRUE, true, yes, 1; not FALSE, false, no, 0). An empty field is no value.
  std::vector<MetricDefinition> metrics;
  std::vector<std::string> dimensions;  // columns; a unit with several values is in no level
};

// Anybody's table as units: one row a unit, or many. Throws Error (user) with the bad fields as FileFaults lists them,
// each by line and column.
storage::UnitTable read_csv_table(const CsvTableQuery& query);

// A table of n, mean and variance for each experiment, metric and variant, as published experiments have it: columns
// metric, variant, n, mean, variance, and perhaps experiment and snapshot, of which the last one counts (by number
// where they are numbers, else as text). By experiment.
struct CsvSummary {
  storage::ExperimentAggregate aggregate;
  std::vector<std::string> metrics;  // of the aggregate, in the order in which the file names them
};
std::vector<CsvSummary> read_csv_summary(const std::filesystem::path& file);

}  // namespace crossfade::imports
