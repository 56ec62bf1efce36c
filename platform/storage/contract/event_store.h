#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/events.h"
#include "platform/core/ids.h"
#include "platform/core/metric.h"
#include "platform/core/run.h"
#include "platform/core/unit_history.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/third_moments.h"
#include "platform/stats/numerics/variant_estimate.h"
#include "platform/stats/ratios/paired_blocks.h"
#include "platform/storage/contract/exclusion.h"
#include "platform/storage/contract/traffic.h"

namespace crossfade::storage {

struct UnitTable;

// Of experiments, by their keys: units that were forced into a variant.
using Overridden = std::map<std::string, std::set<UnitId>>;

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

  // Sets of metrics, by position, whose values' covariances are asked for: the days of one metric, on which units come
  // back. Ratios, means and shares of units. Default (empty): none.
  std::vector<std::vector<std::size_t>> together = {};

  // As if the store ended here: only exposures first seen, sessions ended and events before it count. Default (none):
  // everything counts.
  std::optional<Timestamp> until;

  // Left out and counted: whoever forced them into a variant now and then, in others the split may have them.
  Overridden overridden = {};
};

// What a variant's units have of a metric, as far as they have a value.
struct MetricAggregate {
  // ratio: numerator, denominator, and the same before the first exposure (0 without history). Every other type: the
  // value, the value before the first exposure (0 without one), 1 or 0 for those who have one or not, 0.
  stats::MetricMoments moments;
  std::vector<std::vector<double>> events;  // of a quantile: the values of each unit's events, one at least
  std::int64_t implausible_units = 0;       // left out, since a value of theirs is past kLargestValue
  // Of a share of trials (MetricColumns::is_trials), whose moments are those of the trials: units that have some.
  std::optional<std::int64_t> units_with_trials = std::nullopt;
  // Where there are several covariates: of each unit that has a value, the first two of its moments' numbers, then the
  // covariates, NaN where one is not known.
  std::vector<std::vector<double>> rows = {};
  // Where units were measured in blocks: what the variant has in each of them.
  std::vector<stats::BlockSums> blocks = {};
  // Of a ratio: by the jackknife over its units; no degrees of freedom where too few have a denominator. None where the
  // denominators do not sum up to more than 0, or one is below: `moments` have what the delta method needs.
  std::optional<stats::VariantEstimate> jackknife = std::nullopt;

  bool operator==(const MetricAggregate&) const = default;
};

// Of the values that a variant has of several metrics (means, ratios, shares): what the units that have more than one
// of them make of their errors.
struct MetricCovariances {
  std::vector<std::size_t> metrics;          // as asked for
  std::vector<std::vector<double>> between;  // symmetric; on the diagonal the variance of each

  bool operator==(const MetricCovariances&) const = default;
};

struct VariantAggregate {
  std::string variant;
  std::int64_t units = 0;                // units exposed, without excluded ones
  std::vector<MetricAggregate> metrics;  // in the order of the query
  // Of each metric, in the layout of its moments; 0 of quantiles.
  std::vector<stats::ThirdMoments<4>> third = {};
  std::vector<MetricCovariances> covariances = {};  // in the order of the query's `together`

  bool operator==(const VariantAggregate&) const = default;
};

// The units of one level of a grouping, without the events of quantiles, rows, third moments and covariances.
struct LevelAggregate {
  std::string level;
  std::vector<VariantAggregate> variants;  // in the order of the experiment's

  bool operator==(const LevelAggregate&) const = default;
};

struct GroupingAggregate {
  std::string name;  // name of the dimension, or key of the other experiment
  std::vector<LevelAggregate> levels;
  // Units of a variant that are in no level: nothing is known of them, or several values are.
  std::int64_t without_value = 0;
  std::int64_t several_values = 0;

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
  std::int64_t overridden = 0;                // units that the query has as such, and were seen: here and nowhere else
  std::optional<Timestamp> first_exposure;    // when the first unit was first seen
  std::optional<Timestamp> exposed_from;      // by when one in a hundred of the units had been seen: no tester
  std::optional<Timestamp> last_exposure;     // when the last unit was first seen
  std::optional<Timestamp> data_through;      // end of the last session that counted
  std::optional<Timestamp> last_began = {};   // when the last session that counted began
  std::optional<Timestamp> ended;             // of the version; what came later does not count
  std::vector<Pause> paused = {};             // what began meanwhile does not count

  bool operator==(const ExperimentAggregate&) const = default;
};

// What an analysis counted, for a SELECT that counts the same.
struct SqlScope {
  std::string experiment;
  int version = 1;                                // the latest version that has units
  std::optional<Timestamp> until;                 // as in AggregateQuery
  MetricLimits limits;                            // of a winsorised metric
  std::optional<Timestamp> ended = std::nullopt;  // of the version, as in ExperimentAggregate
  std::vector<Pause> paused = {};                 // as there
  std::set<UnitId> overridden = {};               // of the experiment, as in AggregateQuery
};

// A session that has begun and not ended, as a restart finds it.
struct OpenSession {
  UnitId unit;
  SessionId id;
  Timestamp started;
  Timestamp last_playback;
  std::vector<Listen> heard;  // in order; size() is the next position
  double time = 0;
  std::optional<double> latency_ms;  // as in Session

  bool operator==(const OpenSession&) const = default;
};

// A configuration that was active from `since` on.
struct StoredConfiguration {
  std::string checksum;
  std::string text;
  Timestamp since;
  std::vector<RecommenderFile> files = {};  // that it served from, sorted; none of stores up to schema 6

  bool operator==(const StoredConfiguration&) const = default;
};

// From `at` on, nobody is in this version of an experiment any more: it was stopped, or taken out of the configuration.
struct ExperimentEnd {
  std::string experiment;
  int version = 1;
  Timestamp at;

  bool operator==(const ExperimentEnd&) const = default;
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

// How many units a plan needs that gives an effect and no size, told from the first data that could tell it: told anew
// at every look, a plan that had ended would open again.
struct PlannedSize {
  std::string experiment;
  int version = 1;
  std::string plan;             // all that the size follows from, as a text: another plan has a size of its own
  std::int64_t units = 0;       // in all variants together
  std::int64_t from_units = 0;  // that it was told from, excluded ones not counted
  Timestamp at;                 // of the look that fixed it
  Timestamp data_through;       // as of that look

  bool operator==(const PlannedSize&) const = default;
};

enum class Called { win, harm, invalid };

// A look at which a treatment was called a winner, or harmful, or the split broken: what was called stands, whatever
// later data alone say.
struct Call {
  std::string experiment;
  int version = 1;
  std::string control;  // that the treatment was compared with
  std::string variant;  // "" of a broken split
  Called called = Called::harm;
  std::string rule;  // all that it was called by, as a text: another rule has calls of its own
  Timestamp at;
  std::int64_t units = 0;  // as of a Look
  Timestamp data_through;

  bool operator==(const Call&) const = default;
};

// A name under which custom events stand in a store.
struct EventName {
  std::string name;
  std::int64_t events = 0;  // excluded ones too

  bool operator==(const EventName&) const = default;
};
// More are not told apart: who logs so many has something else than a name in it.
inline constexpr std::size_t kMostEventNames = 10'000;

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
  // first_seen and its attributes; seen again without last_seen, the unit is in the experiment again. A session is
  // appended once: a second row of the same id is an Error. The ids of a batch are kept for kIdsKeptMs at least.
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

  // Custom events by name, in order of it, the first kMostEventNames names that came. The first call passes over all
  // events; after that it costs what is new.
  virtual std::vector<EventName> event_names() const { return {}; }
  // Calls `visit` with each id that came at `since` or later, in any order; as visit_exposures.
  virtual void visit_ids(Timestamp /*since*/, const std::function<void(const LoggedId&)>& /*visit*/) const {}

  // Calls `visit` with each exposure, of every version, in any order; there may be millions. `visit` keeps no reference
  // and does not call the store.
  virtual void visit_exposures(const std::function<void(const Exposure&)>& visit) const = 0;
  // Calls `visit` with each unit that was exposed to anything or has ended a session, once each, in any order, and with
  // the attributes of its latest exposure that has some; as visit_exposures.
  virtual void visit_units(const std::function<void(const UnitId&, const std::string& attributes)>& visit) const = 0;
  // All exposures, sorted by experiment, version, unit (as texts), variant.
  std::vector<Exposure> exposures() const;
  // What is known of one unit, the newest as far as the limits go. The first call may pass over each kind of fact;
  // after that it costs what there is of the unit.
  virtual UnitHistory unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const = 0;
  // All sessions that have playbacks and no row of their own, by id.
  virtual std::vector<OpenSession> open_sessions() const = 0;
  // Calls `visit` with each playback's unit and what it heard, the latest row first, until it returns false. The rows
  // of one unit stand in the order in which they were appended. `visit` keeps no reference and does not call the store.
  virtual void visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const = 0;
  // Largest session id that stands in the store; 0 in an empty one.
  virtual SessionId last_session() const = 0;
  // Time of the latest playback; none in an empty store.
  virtual std::optional<Timestamp> last_playback() const = 0;

  // Does nothing when the latest recorded one has the same checksum and the same files.
  virtual void record_configuration(const StoredConfiguration& configuration) = 0;
  virtual std::vector<StoredConfiguration> configurations() const = 0;  // oldest first
  // The files of all of them, once for each time that another content came to be served; oldest first.
  virtual std::vector<ServedFile> served_files() const = 0;

  // Exposures, sessions and events that begin later do not count for the experiment's version, windows of metrics that
  // are not over by then leave the unit out. For good: of several ends the earliest stands.
  virtual void end_experiments(const std::vector<ExperimentEnd>& ends) = 0;
  virtual std::vector<ExperimentEnd> experiment_ends() const = 0;  // by experiment and version

  // Before what the run logs. What begins in an experiment's pauses (pauses_of) does not count for it, and windows of
  // metrics that are not over by then leave the unit out.
  virtual void record_run(const Run& run) = 0;
  virtual std::vector<Run> runs() const = 0;  // in the order in which they were recorded

  // Does nothing when the latest one of this experiment and version has the same units and data_through.
  virtual void record_look(const Look& look) = 0;
  virtual std::vector<Look> looks() const = 0;  // oldest first

  // Does nothing where this plan of the experiment and version has a size: the first one stands.
  virtual void record_planned_size(const PlannedSize& size) = 0;
  virtual std::vector<PlannedSize> planned_sizes() const = 0;  // oldest first

  // Does nothing where this experiment, version, control and variant was called so by this rule since exclusions
  // changed: the first one stands.
  virtual void record_call(const Call& call) = 0;
  virtual std::vector<Call> calls() const = 0;  // oldest first

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
