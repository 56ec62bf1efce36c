#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/core/events.h"
#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/event_writer.h"

// Short ways to write down events.
namespace crossfade::storage {

inline Playback playback(const std::string& unit, std::int64_t session, std::int32_t position, std::int64_t at_ms,
                         std::optional<double> latency_ms = 1.0) {
  return {.unit = {unit},
          .session = {session},
          .position = position,
          .track = {static_cast<std::uint32_t>(10 + position)},
          .fraction = 0.5,
          .recommended = Recommended{.track = {7}, .recommender = "sticky", .propensity = 0.25},
          .latency_ms = latency_ms,
          .at = {at_ms}};
}

inline Session session(const std::string& unit, std::int64_t id, std::int32_t tracks, double time,
                       std::int64_t started_ms, std::int64_t ended_ms, std::optional<double> latency_ms = 1.0) {
  return {.id = {id},
          .unit = {unit},
          .tracks = tracks,
          .time = time,
          .latency_ms = latency_ms,
          .end = SessionEnd::last,
          .started = {started_ms},
          .ended = {ended_ms}};
}

inline Exposure exposure(const std::string& unit, const std::string& experiment, const std::string& variant,
                         std::int64_t first_seen_ms, int version = 1, std::optional<Timestamp> last_seen = {}) {
  return {.unit = {unit},
          .experiment = experiment,
          .version = version,
          .variant = variant,
          .first_seen = {first_seen_ms},
          .last_seen = last_seen};
}

// time, sessions, mean_request_latency, mean_tracks_per_session, mean_time_per_session
inline std::vector<MetricDefinition> standard() {
  return {standard_metrics().begin(), standard_metrics().end()};
}

// All of them, of these experiments.
inline AggregateQuery query_of(std::vector<std::string> experiments, std::optional<Timestamp> until = {}) {
  AggregateQuery query;
  query.experiments = std::move(experiments);
  query.metrics = standard();
  query.until = until;
  return query;
}

inline void commit(EventWriter& writer, EventBatch batch) {
  writer.wait(writer.submit(std::move(batch), EventWriter::Urgency::awaited));
}

}  // namespace crossfade::storage
