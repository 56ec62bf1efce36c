#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/events.h"
#include "platform/core/metric.h"
#include "platform/core/unit_history.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/storage/contract/exclusion.h"
#include "platform/storage/contract/traffic.h"

namespace crossfade::storage {

struct UnitTable;

// What is asked of a store. All experiments are answered from the same passes over the events.
struct AggregateQuery {
  // Keys; of each the latest version that the store knows counts. Default (empty): all that the store knows.
  std::vector<std::string> experiments;

  // What is computed for each unit. Default (empty): units and exposures are counted, nothing else.
  std::vector<MetricDefinition> metrics;

  // Units are grouped by the levels of each of these. Default (empty): no groups.
  std::vector<Dimension> dimensions;

  // Keys of experiments by whose variants the units of every other one are grouped. Default (empty): no groups.
  std::vector<std::string> overlaps;

  // As if the store ended here: only exposures first seen, sessions ended and events before it count. Default (none):
  // everything counts.
  std::optional<Timestamp> until;
};

// What a variant's units have of a metric, as far as they have a value.
struct MetricAggregate {
  // ratio: numerator, denominator, and the same before the first exposure (0 without history). Every other type: the
  // value, the value before the first exposure (0 without one), 1 or 0 for those who have one or not, 0.
  stats::MetricMoments moments;
  std::vector<std::vector<double>> events;  // of a quantile: the values of each unit's events, one at least
  std::int64_t implausible_units = 0;       // left out, since a value of theirs is past kLargestValue

  bool operator==(const MetricAggregate&) const = default;
};

struct VariantAggregate {
  std::string variant;
  std::int64_t units = 0;                // units exposed, without excluded ones
  std::vector<MetricAggregate> metrics;  // in the order of the query

  bool operator==(const VariantAggregate&) const = default;
};

// The units of one level of a grouping, without the events of quantiles.
struct LevelAggregate {
  std::string level;
  std::vector<VariantAggregate> variants;  // in the order of the experiment's

  bool operator==(const LevelAggregate&) const = default;
};

struct GroupingAggregate {
  std::string name;  // name of the dimension, or key of the other experiment
  std::vector<LevelAggregate> levels;

  bool operator==(const GroupingAggregate&) const = default;
};

// Where the values of a winsorised metric were cut off.
struct MetricLimits {
  std::optional<double> lower;
  std::optional<double> upper;
  std::int64_t limited = 0;  // units beyond them

  bool operator==(const MetricLimits&) const = default;
};

struct ExperimentAggregate {
  std::string experiment;
  int version = 1;
  std::vector<VariantAggregate> variants;     // sorted by key; those that somebody was seen in, excluded units too
  std::vector<GroupingAggregate> dimensions;  // in the order of the query
  std::vector<GroupingAggregate> overlaps;    // in the order of the query, without the experiment itself
  std::vector<MetricLimits> limits;           // one for each metric, in the order of the query
  std::int64_t multiple_variants = 0;         // units seen in more than one variant: counted here and nowhere else
  std::optional<Timestamp> first_exposure;    // when the first unit was first seen
  std::optional<Timestamp> last_exposure;     // when the last unit was first seen
  std::optional<Timestamp> data_through;      // end of the last session that counted

  bool operator==(const ExperimentAggregate&) const = default;
};

// What an analysis counted, for a SELECT that counts the same.
struct SqlScope {
  std::string experiment;
  int version = 1;                 // the latest version that has units
  std::optional<Timestamp> until;  // as in AggregateQuery
  MetricLimits limits;             // of a winsorised metric
};

// A session that has begun and not ended, as a restart finds it.
struct OpenSession {
  UnitId unit;
  SessionId id;
  Timestamp started;
  Timestamp last_playback;
  std::vector<TrackId> heard;  // in order; size() is the next position
  double time = 0;
  std::optional<double> latency_ms;  // as in Session

  bool operator==(const OpenSession&) const = default;
};

// A configuration that was active from `since` on.
struct StoredConfiguration {
  std::string checksum;
  std::string text;
  Timestamp since;

  bool operator==(const StoredConfiguration&) const = default;
};

// Somebody looked at the results of a running experiment, which sequential analysis must know.
struct Look {
  std::string experiment;
  int version = 1;
  Timestamp at;
  std::int64_t units = 0;  // in all variants together, excluded ones not counted
  Timestamp data_through;  // end of the last session that counted

  bool operator==(const Look&) const = default;
};

// A file of events that was read into a store from outside.
struct ImportedFile {
  std::string file;      // as the user named it
  std::string checksum;  // of its content, uncompressed
  std::int64_t events = 0;
  Timestamp imported;

  bool operator==(const ImportedFile&) const = default;
};

// Append-only facts, and what statistics need of them. One contract test suite runs on every implementation.
// Thread-safe: reading sees whole batches only, and does not wait for writing; writers take turns.
class EventStore {
 public:
  virtual ~EventStore() = default;

  // Durable when it returns, as a whole or (it throws Error) not at all. After an Error (unavailable) the same may be
  // tried again. An exposure that is already there keeps its
  // first_seen; seen again without last_seen, the unit is in the experiment again. A session is appended once: a second
  // row of the same id is an Error.
  virtual void append(const EventBatch& batch) = 0;
  // Throws Error (unavailable) while nothing can be appended for a reason that may pass, as append does: a lock, a full
  // disk, a file that is not in its place. `probe` tries, `check` only looks: it is for every second.
  virtual void probe() {}
  virtual void check() {}

  // Each unit's numbers. One pass over the sessions, and one over the playbacks and over the
  // custom events where metrics need them, whatever the number of experiments and metrics. In the order of
  // query.experiments (sorted by key where that is empty); an experiment that the store does not know has no variants.
  // The result does not depend on the order in which events of different units were appended, to the last bit.
  virtual std::vector<UnitTable> unit_tables(const AggregateQuery& query) const = 0;
  // The same, summed up by variant and grouping.
  virtual std::vector<ExperimentAggregate> aggregate(const AggregateQuery& query) const;
  // Keys of those that somebody was seen in, sorted. Default: counts all of them; a store that can tell sooner does.
  virtual std::vector<std::string> known_experiments() const;
  // A SELECT over the store (docs/store.md) that anybody can run to check a metric: for each variant its key, n (units
  // that have a value), and mean (of a ratio the ratio of sums, of a quantile the order statistic).
  virtual std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope) const = 0;
  // Day by day and position by position. An experiment that the store does not know has no variants. A pass over the
  // sessions and one over the playbacks.
  virtual Traffic traffic(const TrafficQuery& query) const = 0;

  // Calls `visit` with each exposure, of every version, in any order; there may be millions. `visit` keeps no reference
  // and does not call the store.
  virtual void visit_exposures(const std::function<void(const Exposure&)>& visit) const = 0;
  // All exposures, sorted by experiment, version, unit (as texts), variant.
  std::vector<Exposure> exposures() const;
  // What is known of one unit, the newest as far as the limits go. The first call may pass over each kind of fact;
  // after that it costs what there is of the unit.
  virtual UnitHistory unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const = 0;
  // All sessions that have playbacks and no row of their own, by id.
  virtual std::vector<OpenSession> open_sessions() const = 0;
  // Largest session id that stands in the store; 0 in an empty one.
  virtual SessionId last_session() const = 0;
  // Time of the latest playback; none in an empty store.
  virtual std::optional<Timestamp> last_playback() const = 0;

  // Does nothing when the latest recorded one has the same checksum.
  virtual void record_configuration(const StoredConfiguration& configuration) = 0;
  virtual std::vector<StoredConfiguration> configurations() const = 0;  // oldest first

  // Does nothing when the latest one of this experiment and version has the same units and data_through.
  virtual void record_look(const Look& look) = 0;
  virtual std::vector<Look> looks() const = 0;  // oldest first

  // From now on every analysis leaves these rows out: unit_tables, traffic, and whoever runs what metric_sql says.
  // Returns the id that it is undone by.
  virtual std::int64_t exclude(const Exclusion& exclusion) = 0;
  virtual void undo_exclusion(std::int64_t id, Timestamp at) = 0;
  virtual std::vector<Exclusion> exclusions() const = 0;  // oldest first, undone ones too

  // Appends what `next_batch` makes until it returns false, and the files' names, as a whole or not at all.
  // Throws Error (user) when one of the files stands in the store already.
  virtual void import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) = 0;
  virtual std::vector<ImportedFile> imports() const = 0;  // oldest first
};

}  // namespace crossfade::storage
