#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/events.h"
#include "platform/stats/moments.h"

namespace crossfade::storage {

// What is summed for a unit over its ended sessions that started in Exposure::first_seen .. last_seen.
enum class Total : std::uint8_t { sessions, tracks, time, latency_ms };
inline constexpr std::size_t kTotals = 4;

// One value for each unit: a linear combination of its totals, divided by one of them where `denominator` says so.
// A unit for which the denominator is 0, or whose latency nobody measured and that is asked for, has no value.
struct UnitMetric {
  std::string name;
  std::array<double, kTotals> numerator{};  // coefficient by Total
  std::optional<Total> denominator;
};

struct AggregateQuery {
  std::vector<std::string> experiments;  // keys; the latest version of each that the store knows. Empty: all of them
  std::vector<UnitMetric> metrics;
  // As if the store ended here: exposures first seen and sessions ended before it; none: everything.
  std::optional<Timestamp> until;
};

struct VariantAggregate {
  std::string variant;
  std::int64_t units = 0;               // exposed, excluded ones not counted
  std::vector<stats::Moments> metrics;  // over the units that have a value, in the order of the query

  bool operator==(const VariantAggregate&) const = default;
};

struct ExperimentAggregate {
  std::string experiment;
  int version = 1;
  std::vector<VariantAggregate> variants;   // sorted by key; those that somebody was seen in, excluded units too
  std::int64_t multiple_variants = 0;       // units seen in more than one variant: counted here and nowhere else
  std::optional<Timestamp> first_exposure;  // of anybody
  std::optional<Timestamp> last_exposure;
  std::optional<Timestamp> data_through;  // end of the last session that counted

  bool operator==(const ExperimentAggregate&) const = default;
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

// Append-only facts, and what statistics need of them. One contract test suite runs on every implementation.
// Thread-safe: reading sees whole batches only, and does not wait for writing; writers take turns.
class EventStore {
 public:
  virtual ~EventStore() = default;

  // Durable when it returns, as a whole or (it throws Error) not at all. An exposure that is already there keeps its
  // first_seen; seen again without last_seen, the unit is in the experiment again. A session is appended once: a second
  // row of the same id is an Error.
  virtual void append(const EventBatch& batch) = 0;

  // One pass over the sessions, whatever the number of experiments and metrics. In the order of query.experiments
  // (sorted by key where that is empty); an experiment that the store does not know has no variants. The result does
  // not depend on the order in which events of different units were appended, to the last bit.
  virtual std::vector<ExperimentAggregate> aggregate(const AggregateQuery& query) const = 0;

  // Of every version, to warm the service's cache. Sorted by experiment, version, unit (as texts), variant.
  virtual std::vector<Exposure> exposures() const = 0;
  // All sessions that have playbacks and no row of their own, by id.
  virtual std::vector<OpenSession> open_sessions() const = 0;
  // Largest session id that stands in the store; 0 in an empty one.
  virtual SessionId last_session() const = 0;
  // Time of the latest playback; none in an empty store.
  virtual std::optional<Timestamp> last_playback() const = 0;

  // Does nothing when the latest recorded one has the same checksum.
  virtual void record_configuration(const StoredConfiguration& configuration) = 0;
  virtual std::vector<StoredConfiguration> configurations() const = 0;  // oldest first
};

}  // namespace crossfade::storage
