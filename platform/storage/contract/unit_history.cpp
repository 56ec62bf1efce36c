#include "platform/storage/contract/unit_history.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace crossfade::storage {

namespace {

// Newest first.
bool before(const SessionHistory& a, const SessionHistory& b) {
  return std::tie(a.started, a.id) > std::tie(b.started, b.id);
}

}  // namespace

void SessionHistories::add(const Session& ended) {
  sessions_[ended.id] = {.id = ended.id,
                         .tracks = ended.tracks,
                         .time = ended.time,
                         .started = ended.started,
                         .ended = ended.ended,
                         .end = ended.end,
                         .playbacks = {}};
}

void SessionHistories::add(const Playback& playback) {
  if (!playbacks_begun_) leave_out_older();
  playbacks_begun_ = true;
  if (left_out_.contains(playback.session)) return;
  const auto [entry, is_new] = sessions_.try_emplace(playback.session);
  SessionHistory& session = entry->second;
  if (is_new) {
    session.id = playback.session;
    session.started = playback.at;
  }
  if (!session.ended) {
    ++session.tracks;
    session.time += playback.fraction;
  }
  session.playbacks.push_back(playback);
}

void SessionHistories::leave_out_older() {
  if (sessions_.size() <= most_) return;
  std::vector<std::pair<Timestamp, SessionId>> newest;
  newest.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) newest.emplace_back(session.started, id);
  std::ranges::sort(newest, std::greater<>());
  for (std::size_t i = most_; i < newest.size(); ++i) {
    left_out_.insert(newest[i].second);
    sessions_.erase(newest[i].second);
  }
}

void SessionHistories::move_to(UnitHistory& history) {
  history.sessions_total = static_cast<std::int64_t>(sessions_.size() + left_out_.size());
  history.sessions.clear();
  for (auto& [id, session] : sessions_) history.sessions.push_back(std::move(session));
  std::ranges::sort(history.sessions, before);
  if (history.sessions.size() > most_) history.sessions.resize(most_);
  for (SessionHistory& session : history.sessions) {
    std::ranges::stable_sort(session.playbacks, {}, &Playback::position);
    session.playbacks_total = static_cast<std::int64_t>(session.playbacks.size());
    if (session.playbacks.size() > most_playbacks_) session.playbacks.resize(most_playbacks_);
  }
}

void sort_exposures(std::vector<Exposure>& exposures) {
  std::ranges::sort(exposures, {}, [](const Exposure& exposure) {
    return std::tie(exposure.experiment, exposure.version, exposure.first_seen, exposure.variant);
  });
}

}  // namespace crossfade::storage
