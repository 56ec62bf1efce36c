#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::imports {

// Which columns of a file are what. Columns that are not named are passed over.
struct CsvTableQuery {
  std::filesystem::path file;
  // The column of the unit's name. A unit may have many rows. Must be set.
  std::string unit;
  // The column of the variant. A unit with several variants is in none. Must be set.
  std::string variant;
  // One metric for each column of its name. A mean is of the sum of a unit's rows; a proportion is of units with a row
  // that is true (TRUE, true, yes, 1; not FALSE, false, no, 0). An empty field is no value.
  std::vector<MetricDefinition> metrics;
  // Columns to split units by, for segments; none by default. A unit with several values of one is in none of its
  // levels.
  std::vector<std::string> dimensions;
};

// Anybody's table as units: one row a unit, or many. Throws Error (user) with the bad fields as FileFaults lists them,
// each by line and column.
storage::UnitTable read_csv_table(const CsvTableQuery& query);

// One experiment of a table of figures.
struct CsvSummary {
  storage::ExperimentAggregate aggregate;
  std::vector<std::string> metrics;  // the aggregate's, in the order in which the file names them
};

// A table of n, mean and variance for each experiment, metric and variant, as published experiments have it: columns
// metric, variant, n, mean, variance, and perhaps experiment and snapshot. Of several snapshots the last one counts, by
// number where they are numbers, else as text. In order of the experiments' names. Throws Error as read_csv_table does.
std::vector<CsvSummary> read_csv_summary(const std::filesystem::path& file);

}  // namespace crossfade::imports
