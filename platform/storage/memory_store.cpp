#include "platform/storage/memory_store.h"

#include <algorithm>

#include "platform/core/error.h"

namespace crossfade::storage {

namespace {

bool counts(const Session& session, const Exposure& exposure, const AggregateQuery& query) {
  return session.unit == exposure.unit && session.started >= exposure.first_seen &&
         (!exposure.last_seen || session.started <= *exposure.last_seen) &&
         (!query.until || session.ended < *query.until);
}

double total_of(Total total, const std::vector<const Session*>& sessions) {
  double sum = 0;
  for (const Session* session : sessions) {
    switch (total) {
      case Total::sessions:
        sum += 1;
        break;
      case Total::tracks:
        sum += session->tracks;
        break;
      case Total::time:
        sum += session->time;
        break;
      case Total::latency_ms:
        sum += session->latency_ms.value_or(0);
        break;
    }
  }
  return sum;
}

std::optional<double> value_of(const UnitMetric& metric, const std::vector<const Session*>& sessions) {
  const auto is_measured = [](const Session* session) { return session->latency_ms.has_value(); };
  double numerator = 0;
  for (std::size_t i = 0; i < kTotals; ++i) {
    const auto total = static_cast<Total>(i);
    const bool is_asked = metric.numerator[i] != 0 || metric.denominator == total;
    if (total == Total::latency_ms && is_asked && !std::ranges::all_of(sessions, is_measured)) return std::nullopt;
    numerator += metric.numerator[i] * total_of(total, sessions);
  }
  if (!metric.denominator) return numerator;
  const double denominator = total_of(*metric.denominator, sessions);
  return denominator == 0 ? std::nullopt : std::optional(numerator / denominator);
}

}  // namespace

void MemoryStore::append(const EventBatch& batch) {
  const std::scoped_lock lock{mutex_};
  std::set<SessionId> ending;
  for (const Session& session : batch.sessions) {
    if (ended_.contains(session.id) || !ending.insert(session.id).second) {
      throw Error::internal("session " + std::to_string(session.id.value) + " has ended already");
    }
  }
  ended_.merge(ending);
  playbacks_.insert(playbacks_.end(), batch.playbacks.begin(), batch.playbacks.end());
  sessions_.insert(sessions_.end(), batch.sessions.begin(), batch.sessions.end());
  for (const Exposure& exposure : batch.exposures) {
    const ExposureKey key{exposure.experiment, exposure.version, exposure.unit, exposure.variant};
    const auto [entry, is_new] = exposures_.try_emplace(key, exposure);
    auto& last_seen = entry->second.last_seen;
    if (!is_new && last_seen) {
      last_seen = exposure.last_seen ? std::optional(std::max(*last_seen, *exposure.last_seen)) : std::nullopt;
    }
  }
}

std::vector<ExperimentAggregate> MemoryStore::aggregate(const AggregateQuery& query) const {
  const std::scoped_lock lock{mutex_};
  std::vector<std::string> keys = query.experiments;
  if (keys.empty()) {
    std::set<std::string> known;
    for (const auto& [key, exposure] : exposures_) {
      if (!query.until || exposure.first_seen < *query.until) known.insert(key.experiment);
    }
    keys.assign(known.begin(), known.end());
  }
  std::vector<ExperimentAggregate> answer;
  answer.reserve(keys.size());
  for (const std::string& key : keys) answer.push_back(aggregate_one(query, key));
  return answer;
}

ExperimentAggregate MemoryStore::aggregate_one(const AggregateQuery& query, const std::string& experiment) const {
  ExperimentAggregate answer{
      .experiment = experiment, .variants = {}, .first_exposure = {}, .last_exposure = {}, .data_through = {}};
  const auto is_seen = [&](const Exposure& exposure) {
    return exposure.experiment == experiment && (!query.until || exposure.first_seen < *query.until);
  };
  for (const auto& [key, exposure] : exposures_) {
    if (is_seen(exposure)) answer.version = std::max(answer.version, exposure.version);
  }
  std::map<UnitId, std::vector<const Exposure*>> by_unit;
  std::map<std::string, VariantAggregate> variants;
  for (const auto& [key, exposure] : exposures_) {
    if (!is_seen(exposure) || exposure.version != answer.version) continue;
    by_unit[exposure.unit].push_back(&exposure);
    variants[exposure.variant] = {.variant = exposure.variant,
                                  .metrics = std::vector<stats::Moments>(query.metrics.size())};
    answer.first_exposure = std::min(answer.first_exposure.value_or(exposure.first_seen), exposure.first_seen);
    answer.last_exposure = std::max(answer.last_exposure.value_or(exposure.first_seen), exposure.first_seen);
  }
  std::vector<const Session*> by_id;
  by_id.reserve(sessions_.size());
  for (const Session& session : sessions_) by_id.push_back(&session);
  std::ranges::sort(by_id, {}, [](const Session* session) { return session->id; });
  for (const auto& [unit, seen] : by_unit) {
    if (seen.size() > 1) {
      ++answer.multiple_variants;
      continue;
    }
    std::vector<const Session*> counted;
    for (const Session* session : by_id) {
      if (!counts(*session, *seen.front(), query)) continue;
      counted.push_back(session);
      answer.data_through = std::max(answer.data_through.value_or(session->ended), session->ended);
    }
    VariantAggregate& variant = variants[seen.front()->variant];
    ++variant.units;
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      if (const auto value = value_of(query.metrics[i], counted)) variant.metrics[i].add(*value);
    }
  }
  for (auto& [key, variant] : variants) answer.variants.push_back(std::move(variant));
  return answer;
}

std::vector<Exposure> MemoryStore::exposures() const {
  const std::scoped_lock lock{mutex_};
  std::vector<Exposure> all;
  all.reserve(exposures_.size());
  for (const auto& [key, exposure] : exposures_) all.push_back(exposure);
  return all;
}

std::vector<OpenSession> MemoryStore::open_sessions() const {
  const std::scoped_lock lock{mutex_};
  std::map<SessionId, OpenSession> open;
  for (const Playback& playback : playbacks_) {
    if (ended_.contains(playback.session)) continue;
    OpenSession& session = open[playback.session];
    if (session.heard.empty()) {
      session = {.unit = playback.unit,
                 .id = playback.session,
                 .started = playback.at,
                 .last_playback = playback.at,
                 .heard = {},
                 .time = 0,
                 .latency_ms = 0};
    }
    session.last_playback = std::max(session.last_playback, playback.at);
    session.heard.push_back(playback.track);
    session.time += playback.fraction;
    session.latency_ms = session.latency_ms && playback.latency_ms
                             ? std::optional(*session.latency_ms + *playback.latency_ms)
                             : std::nullopt;
  }
  std::vector<OpenSession> sessions;
  sessions.reserve(open.size());
  for (auto& [id, session] : open) sessions.push_back(std::move(session));
  return sessions;
}

SessionId MemoryStore::last_session() const {
  const std::scoped_lock lock{mutex_};
  SessionId last;
  for (const Playback& playback : playbacks_) last = std::max(last, playback.session);
  for (const Session& session : sessions_) last = std::max(last, session.id);
  return last;
}

std::optional<Timestamp> MemoryStore::last_playback() const {
  const std::scoped_lock lock{mutex_};
  std::optional<Timestamp> last;
  for (const Playback& playback : playbacks_) last = std::max(last.value_or(playback.at), playback.at);
  for (const Session& session : sessions_) last = std::max(last.value_or(session.ended), session.ended);
  return last;
}

void MemoryStore::record_configuration(const StoredConfiguration& configuration) {
  const std::scoped_lock lock{mutex_};
  if (!configurations_.empty() && configurations_.back().checksum == configuration.checksum) return;
  configurations_.push_back(configuration);
}

std::vector<StoredConfiguration> MemoryStore::configurations() const {
  const std::scoped_lock lock{mutex_};
  return configurations_;
}

std::vector<Playback> MemoryStore::playbacks() const {
  const std::scoped_lock lock{mutex_};
  return playbacks_;
}

std::vector<Session> MemoryStore::sessions() const {
  const std::scoped_lock lock{mutex_};
  return sessions_;
}

}  // namespace crossfade::storage
