#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/time.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"

// What went on in an experiment, day by day and position by position: no metric, but what explains one.
namespace crossfade::storage {

struct TrafficQuery {
  // The key; the latest version that the store knows counts. Must be set.
  std::string experiment;

  // As in AggregateQuery. Default (none): everything counts.
  std::optional<Timestamp> until;
  std::set<UnitId> overridden = {};
};

// Positions in a session that are counted, from 0.
inline constexpr std::size_t kMostPositions = 20;
// A track of which less was heard was skipped.
inline constexpr double kSkipThreshold = 0.1;
// Of the latencies of a day, the order statistic ceil(n x level).
inline constexpr double kLatencyLevel = 0.95;

struct DayTraffic {
  Timestamp day;                  // its midnight, UTC
  std::int64_t new_units = 0;     // units first seen on this day
  std::int64_t active_units = 0;  // units that began a session on this day, which has ended
  std::int64_t sessions = 0;      // sessions that began on this day and have ended
  std::int64_t requests = 0;      // playbacks that were answered with a recommendation
  stats::Moments latency_ms;      // of requests whose latency is known
  std::optional<float> latency_p95_ms;

  bool operator==(const DayTraffic&) const = default;
};

struct Answers {
  std::string recommender;  // who really chose; "": the log does not say
  std::int64_t answers = 0;

  bool operator==(const Answers&) const = default;
};

struct PositionTraffic {
  std::int64_t playbacks = 0;
  // Over the units that have playbacks at this position: how many they skipped, how many there are, the sum of the
  // fractions; the fourth is 0.
  stats::MetricMoments units;

  bool operator==(const PositionTraffic&) const = default;
};

struct VariantCounts {
  std::string variant;
  std::vector<DayTraffic> days;            // from the first exposure's on, without gaps; the same in all variants
  std::vector<Answers> answers;            // most first, then by name
  std::vector<PositionTraffic> positions;  // up to the last one that anybody in any variant reached

  bool operator==(const VariantCounts&) const = default;
};

// Of the units and events that an analysis counts.
struct Traffic {
  int version = 1;
  std::vector<VariantCounts> variants;  // sorted by key

  bool operator==(const Traffic&) const = default;
};

}  // namespace crossfade::storage
