#include "platform/service/unit_state.h"

#include <algorithm>
#include <utility>

namespace crossfade::service {

UnitState::Before UnitState::before() const {
  Before before;
  before.playing = playing_;
  before.heard = heard_.size();
  before.exposed = exposed_.size();
  return before;
}

void UnitState::undo(Before& before) {
  playing_ = before.playing;
  if (before.former) heard_ = std::move(*before.former);
  heard_.resize(std::min(heard_.size(), before.heard));
  if (exposed_.size() <= before.exposed) return;
  exposed_.resize(before.exposed);
  treated_by_ = 0;  // exposed anew with the next request
}

void UnitState::resume(const storage::OpenSession& session) {
  playing_ = {.in_session = true,
              .session = session.id,
              .started = session.started,
              .last_playback = session.last_playback,
              .time = session.time,
              .latency_ms = session.latency_ms,
              .recommended = {}};
  heard_ = session.heard;
}

void UnitState::begin_session(SessionId id, Timestamp at, Before& before) {
  playing_ = {.in_session = true,
              .session = id,
              .started = at,
              .last_playback = at,
              .time = 0,
              .latency_ms = 0,
              .recommended = {}};
  before.former = std::exchange(heard_, {});
}

std::int32_t UnitState::hear(const Listen& listen) {
  playing_.last_playback = std::max(playing_.last_playback, listen.at);
  playing_.time += listen.fraction;
  heard_.push_back(listen);
  return static_cast<std::int32_t>(heard_.size()) - 1;
}

void UnitState::add_latency(std::optional<double> latency_ms) {
  std::optional<double>& sum = playing_.latency_ms;
  sum = sum && latency_ms ? std::optional(*sum + *latency_ms) : std::nullopt;
}

Session UnitState::end_session(const UnitId& unit, SessionEnd why) {
  playing_.in_session = false;
  return {.id = playing_.session,
          .unit = unit,
          .tracks = static_cast<std::int32_t>(heard_.size()),
          .time = playing_.time,
          .latency_ms = playing_.latency_ms,
          .end = why,
          .started = playing_.started,
          .ended = playing_.last_playback};
}

const std::string& UnitState::recommender_under(const ActiveConfiguration& active, const UnitId& unit) const {
  return treated_by_ == active.number() ? *recommender_ : *active.treatment_of(unit.value).recommender;
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
