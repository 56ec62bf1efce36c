#include "platform/service/unit_state.h"

#include <algorithm>

namespace crossfade::service {

void UnitState::resume(const storage::OpenSession& session) {
  in_session_ = true;
  session_ = session.id;
  started_ = session.started;
  last_playback_ = session.last_playback;
  time_ = session.time;
  latency_ms_ = session.latency_ms;
  heard_ = session.heard;
}

void UnitState::remember_exposure(VariantNumber variant) {
  exposed_.push_back(variant);
}

void UnitState::begin_session(SessionId id, Timestamp at) {
  in_session_ = true;
  session_ = id;
  started_ = at;
  last_playback_ = at;
  time_ = 0;
  latency_ms_ = 0;
  heard_.clear();
}

std::int32_t UnitState::hear(TrackId track, double fraction, Timestamp at) {
  last_playback_ = std::max(last_playback_, at);
  time_ += fraction;
  heard_.push_back(track);
  return static_cast<std::int32_t>(heard_.size()) - 1;
}

void UnitState::add_latency(std::optional<double> latency_ms) {
  latency_ms_ = latency_ms_ && latency_ms ? std::optional(*latency_ms_ + *latency_ms) : std::nullopt;
}

Session UnitState::end_session(const UnitId& unit, SessionEnd why) {
  in_session_ = false;
  return {.id = session_,
          .unit = unit,
          .tracks = static_cast<std::int32_t>(heard_.size()),
          .time = time_,
          .latency_ms = latency_ms_,
          .end = why,
          .started = started_,
          .ended = last_playback_};
}

const std::string& UnitState::treat(const UnitId& unit, const ActiveConfiguration& active, Timestamp at,
                                    EventBatch& batch) {
  if (treated_by_ == active.number()) return *recommender_;
  const Treatment treatment = active.treatment_of(unit.value);
  for (const Treatment::Exposed& exposed : treatment.exposed) {
    if (std::ranges::find(exposed_, exposed.number) != exposed_.end()) continue;
    batch.exposures.push_back({.unit = unit,
                               .experiment = exposed.experiment->key,
                               .version = exposed.experiment->version,
                               .variant = exposed.variant->key,
                               .first_seen = at});
    exposed_.push_back(exposed.number);
  }
  treated_by_ = active.number();
  recommender_ = treatment.recommender;
  return *recommender_;
}

}  // namespace crossfade::service
