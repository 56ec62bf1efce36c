#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/metric.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::storage {

// What a unit's number is where a value in it is past kLargestValue: it counts for nothing, and is told. Sums keep it.
inline constexpr double kImplausible = std::numeric_limits<double>::infinity();

// Which columns of a table a metric is made of; kNone where it has no such part.
struct MetricColumns {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  MetricType type = MetricType::mean;
  std::size_t numerator = kNone;
  std::size_t denominator = kNone;
  std::size_t numerator_before = kNone;    // the numerator before the first exposure
  std::size_t denominator_before = kNone;  // the denominator before the first exposure
  std::size_t events = kNone;              // of a quantile: position in UnitTable::events
  std::optional<Winsorization> winsorize = std::nullopt;
};

// Units by levels: of a dimension, or the variants of another experiment.
struct Grouping {
  static constexpr std::int32_t kNone = -1;

  std::string name;
  std::vector<std::string> levels;
  std::vector<std::int32_t> level;  // of each unit; kNone: in none
};

// Everything that an analysis of one experiment reads of its units: a row each, in the order of their texts. Any engine
// that can fill it can be the store, a CSV file too.
struct UnitTable {
  static constexpr std::int32_t kSeveral = -1;

  std::string experiment;
  int version = 1;
  std::vector<std::string> variants;  // sorted
  std::vector<UnitId> units;
  std::vector<std::int32_t> variant;  // of each unit, position in `variants`; kSeveral: seen in more than one
  std::vector<MetricColumns> metrics;
  std::size_t columns = 0;
  std::vector<double> values;                            // units x columns; NaN: no value, or kImplausible
  std::vector<std::vector<std::vector<double>>> events;  // quantile metrics x units: the values of each one's events
  std::vector<Grouping> dimensions;
  std::vector<Grouping> overlaps;
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> last_exposure;
  std::optional<Timestamp> data_through;

  double value(std::size_t unit, std::size_t column) const { return values[unit * columns + column]; }
};

// A unit's numbers of a metric in the layout of MetricAggregate::moments; nothing where it has no value. Limits of
// winsorised metrics are not applied.
std::optional<stats::MetricMoments::Values> unit_values(const UnitTable& table, const MetricColumns& metric,
                                                        std::size_t unit);

// The limits of a winsorised metric, from all units that are in one variant.
MetricLimits limits_of(const UnitTable& table, const MetricColumns& metric);

// Sums the table up by variant and by every grouping. O(units x metrics x (1 + groupings)).
ExperimentAggregate summarise(const UnitTable& table);

}  // namespace crossfade::storage
