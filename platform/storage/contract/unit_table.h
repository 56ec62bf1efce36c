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
  // Several covariates, for a regression. One alone is numerator_before, of a ratio too, which then has no
  // denominator_before.
  std::vector<std::size_t> covariates = {};

  // A proportion whose units have trials (the denominator), some of them successes (the numerator), instead of being
  // one each.
  bool is_trials() const { return type == MetricType::proportion && denominator != kNone; }
};

// Units by levels: of a dimension, or the variants of another experiment.
struct Grouping {
  static constexpr std::int32_t kNone = -1;     // of a unit of which nothing is known
  static constexpr std::int32_t kSeveral = -2;  // of one with several values

  std::string name;
  std::vector<std::string> levels;
  std::vector<std::int32_t> level;  // of each unit; below 0: in none
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
  std::vector<Timestamp> first_seen;  // of each unit; empty where nobody knows
  std::vector<MetricColumns> metrics;
  std::size_t columns = 0;
  std::vector<double> values;                            // units x columns; NaN: no value, or kImplausible
  std::vector<std::vector<std::vector<double>>> events;  // quantile metrics x units: the values of each one's events
  std::vector<Grouping> dimensions;
  std::vector<Grouping> overlaps;
  std::int64_t overridden = 0;     // units that were seen and have no row, as in ExperimentAggregate
  std::optional<Grouping> blocks;  // in which units of all variants were measured side by side; none mostly
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> last_exposure;
  std::optional<Timestamp> data_through;
  std::optional<Timestamp> last_began;  // as in ExperimentAggregate
  std::optional<Timestamp> ended;       // what began later does not count
  std::vector<Pause> paused;            // what began meanwhile does not count

  double value(std::size_t unit, std::size_t column) const { return values[unit * columns + column]; }
};

// A unit's numbers of a metric in the layout of MetricAggregate::moments; nothing where it has no value, or trials.
// Limits of winsorised metrics are not applied.
std::optional<stats::MetricMoments::Values> unit_values(const UnitTable& table, const MetricColumns& metric,
                                                        std::size_t unit);

// The same within the limits of a winsorised metric: what is summed up.
std::optional<stats::MetricMoments::Values> counted_values(const UnitTable& table, const MetricColumns& metric,
                                                           std::size_t unit, const MetricLimits& limits);

// The limits of a winsorised metric, from all units that are in one variant.
MetricLimits limits_of(const UnitTable& table, const MetricColumns& metric);

// Sums the table up by variant and by every grouping; `together` is the query's. O(units x metrics x (1 + groupings)).
ExperimentAggregate summarise(const UnitTable& table, std::span<const std::vector<std::size_t>> together = {});

}  // namespace crossfade::storage
