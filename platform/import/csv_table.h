#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "platform/storage/contract/unit_table.h"

namespace crossfade::imports {

// A metric and the columns that it is made of.
struct TableMetric {
  // Of type mean: the sum of a unit's rows. Ratio: the sums of both columns. Proportion: of units with a row that is
  // true (TRUE, true, yes, 1; not FALSE, false, no, 0), or, with a denominator, of the trials of all units. A field
  // without a value (files::is_missing) leaves its row out of the metric.
  MetricDefinition definition;
  std::string numerator;
  std::string denominator = {};  // "": none; of a ratio always, of a proportion where units have trials
};

// Which columns of a file are what. Columns that are not named are passed over.
struct CsvTableQuery {
  std::filesystem::path file;  // "-": standard input
  // The column of the unit's name. A unit may have many rows. "": a row is a unit.
  std::string unit;
  // The column of the variant. A unit with several variants is in none. Must be set.
  std::string variant;
  std::vector<TableMetric> metrics;
  // Columns to split units by, for segments; none by default. A unit with several values of one is in none of its
  // levels, and so is one without.
  std::vector<std::string> dimensions = {};
  // Numbers that were known of units before the experiment: of several rows their mean. Of every metric but trials.
  std::vector<std::string> covariates = {};
  // The column of what units of all variants were measured side by side in: days, markets, pairs. "": none.
  std::string block = {};
  // Whether rows that cannot be used are left out and counted. If not, they are faults.
  bool lenient = false;
  // Called now and then: bytes read, and how many there are; 0 where nobody knows.
  std::function<void(std::uint64_t, std::uint64_t)> progress = {};
};

struct CsvTable {
  storage::UnitTable units;
  std::string dialect;                // how it was read, where that is not as RFC 4180 has it: one line for people
  std::vector<std::string> warnings;  // what is odd about it, in sentences
};

// Anybody's table as units: one row a unit, or many, in whatever dialect it is written (files::CsvDialect). Throws
// Error (user) with the bad rows as FileFaults lists them, each by line and column.
CsvTable read_csv_table(const CsvTableQuery& query);

}  // namespace crossfade::imports
