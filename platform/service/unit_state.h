#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/events.h"
#include "platform/service/active_configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::service {

// What the service remembers of one unit: its open session, its treatment and what it was exposed to. Not thread-safe:
// used under the mutex of its shard.
class UnitState {
 public:
  // A session that was open when the store was closed.
  void resume(const storage::OpenSession& session);
  void remember_exposure(VariantNumber variant);

  bool is_idle(Timestamp now, std::int64_t timeout_ms) const {
    return in_session_ && now.ms - last_playback_.ms >= timeout_ms;
  }
  bool in_session() const { return in_session_; }
  void begin_session(SessionId id, Timestamp at);
  // Adds a track; returns its position.
  std::int32_t hear(TrackId track, double fraction, Timestamp at);
  void add_latency(std::optional<double> latency_ms);
  // The session's row; there is none any more.
  Session end_session(const UnitId& unit, SessionEnd why);

  // The name of the recommender. Adds an exposure to `batch` for each variant that the unit is seen in for the first
  // time.
  const std::string& treat(const UnitId& unit, const ActiveConfiguration& active, Timestamp at, EventBatch& batch);

  SessionId session() const { return session_; }
  Timestamp started() const { return started_; }
  const std::vector<TrackId>& heard() const { return heard_; }

 private:
  bool in_session_ = false;
  SessionId session_;
  Timestamp started_;
  Timestamp last_playback_;
  double time_ = 0;
  std::optional<double> latency_ms_;
  std::vector<TrackId> heard_;

  // Under the configuration of this number; 0: not yet under any.
  std::uint64_t treated_by_ = 0;
  const std::string* recommender_ = nullptr;
  std::vector<VariantNumber> exposed_;
};

}  // namespace crossfade::service
