#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/core/events.h"
#include "platform/service/active_configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::service {

// What the service remembers of one unit: its open session, its treatment and what it was exposed to. Not thread-safe:
// used under the mutex of its shard.
class UnitState {
  // The latest session, but for what was heard in it.
  struct Playing {
    bool in_session = false;
    SessionId session;
    Timestamp started;
    Timestamp last_playback;
    double time = 0;
    std::optional<double> latency_ms;
    std::optional<Recommended> recommended;  // in answer to the last track, where somebody learns from it
  };

 public:
  // What it was before a request, for the case that the request's rows are refused.
  class Before {
    friend class UnitState;
    Playing playing;
    std::size_t heard = 0;
    std::optional<std::vector<Listen>> former;  // what was heard in the session before, where the request began one
    std::size_t exposed = 0;
  };
  Before before() const;
  // Forgets all that came after, to the last bit. Of several, the latest is undone first.
  void undo(Before& before);

  // A session that was open when the store was closed.
  void resume(const storage::OpenSession& session);

  // Nothing has been heard for the timeout, in a session or since one has ended.
  bool is_idle(Timestamp now, std::int64_t timeout_ms) const {
    return now.ms - playing_.last_playback.ms >= timeout_ms;
  }
  bool in_session() const { return playing_.in_session; }
  void begin_session(SessionId id, Timestamp at, Before& before);
  // Adds a track; returns its position.
  std::int32_t hear(const Listen& listen);
  void add_latency(std::optional<double> latency_ms);
  // What plays next, if the listener does as is recommended.
  void recommend(const Recommended& recommended) { playing_.recommended = recommended; }
  // What was recommended in answer to the latest track, once; nothing where nobody asked to know, or after a restart.
  std::optional<Recommended> take_recommended() { return std::exchange(playing_.recommended, std::nullopt); }
  // The session's row; there is none any more.
  Session end_session(const UnitId& unit, SessionEnd why);

  // Another process is asked for its next track: other requests of it wait. While one asks or waits, it is not erased.
  bool is_asking() const { return asking_; }
  void set_asking(bool asking) { asking_ = asking; }
  int waiting() const { return waiting_; }
  void add_waiting(int requests) { waiting_ += requests; }
  bool is_held() const { return asking_ || waiting_ > 0; }
  // The name of the recommender that `treat` would give.
  const std::string& recommender_under(const ActiveConfiguration& active, const UnitId& unit) const;

  // The name of the recommender. Adds an exposure to `batch` for each variant that the unit is seen in for the first
  // time.
  const std::string& treat(const UnitId& unit, const ActiveConfiguration& active, Timestamp at, EventBatch& batch);

  SessionId session() const { return playing_.session; }
  Timestamp started() const { return playing_.started; }
  const std::vector<Listen>& heard() const { return heard_; }

 private:
  Playing playing_;
  std::vector<Listen> heard_;

  // Under the configuration of this number; 0: not yet under any.
  std::uint64_t treated_by_ = 0;
  const std::string* recommender_ = nullptr;
  std::vector<VariantNumber> exposed_;
  bool asking_ = false;
  int waiting_ = 0;
};

}  // namespace crossfade::service
