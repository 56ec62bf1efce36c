#include "tests/platform/storage/memory_store.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "platform/core/error.h"
#include "platform/storage/contract/unit_history.h"
#include "platform/storage/sqlite/query/metric_sql.h"
#include "tests/platform/storage/memory_traffic.h"
#include "tests/platform/storage/memory_unit_table.h"

namespace crossfade::storage {

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
  events_.insert(events_.end(), batch.events.begin(), batch.events.end());
  ids_.insert(ids_.end(), batch.ids.begin(), batch.ids.end());
  for (const Exposure& exposure : batch.exposures) {
    const ExposureKey key{exposure.experiment, exposure.version, exposure.unit, exposure.variant};
    const auto [entry, is_new] = exposures_.try_emplace(key, exposure);
    auto& last_seen = entry->second.last_seen;
    if (!is_new && last_seen) {
      last_seen = exposure.last_seen ? std::optional(std::max(*last_seen, *exposure.last_seen)) : std::nullopt;
    }
  }
}

MemoryStore::Counted MemoryStore::counted() const {
  const auto excluded = [this](const UnitId& unit, Timestamp time, std::optional<std::int64_t> session,
                               std::optional<std::int64_t> event) {
    return std::ranges::any_of(exclusions_, [&](const Exclusion& one) {
      if (one.undone) return false;
      switch (one.kind) {
        case ExclusionKind::event:
          return event == one.number;
        case ExclusionKind::session:
          return session == one.number;
        case ExclusionKind::unit:
          return unit == one.unit;
        case ExclusionKind::before:
          return time.ms < one.number;
        case ExclusionKind::after:
          return time.ms >= one.number;
      }
      return false;
    });
  };
  Counted counted{.exposures = sorted_exposures(), .sessions = sessions_, .playbacks = playbacks_, .events = {}};
  std::erase_if(counted.exposures, [&](const Exposure& one) { return excluded(one.unit, one.first_seen, {}, {}); });
  for (Exposure& one : counted.exposures) {
    const auto end = ends_.find({one.experiment, one.version});
    if (end != ends_.end()) one.last_seen = std::min(one.last_seen.value_or(end->second), end->second);
  }
  std::erase_if(counted.sessions,
                [&](const Session& one) { return excluded(one.unit, one.started, one.id.value, {}); });
  std::erase_if(counted.playbacks,
                [&](const Playback& one) { return excluded(one.unit, one.at, one.session.value, {}); });
  std::int64_t id = 0;  // in order of arrival
  for (const CustomEvent& one : events_) {
    if (!excluded(one.unit, one.at, {}, ++id)) counted.events.push_back(one);
  }
  return counted;
}

std::vector<UnitTable> MemoryStore::unit_tables(const AggregateQuery& query) const {
  const std::scoped_lock lock{mutex_};
  const Counted all = counted();
  std::vector<std::string> keys = query.experiments;
  if (keys.empty()) {
    std::set<std::string> known;
    for (const Exposure& exposure : all.exposures) {
      if (!query.until || exposure.first_seen < *query.until) known.insert(exposure.experiment);
    }
    keys.assign(known.begin(), known.end());
  }
  std::vector<UnitTable> answer;
  answer.reserve(keys.size());
  for (const std::string& key : keys) {
    answer.push_back(unit_table_of({.exposures = all.exposures,
                                    .sessions = all.sessions,
                                    .playbacks = all.playbacks,
                                    .events = all.events,
                                    .ends = ends_,
                                    .runs = runs_},
                                   query, key));
  }
  return answer;
}

std::int64_t MemoryStore::exclude(const Exclusion& exclusion) {
  const std::scoped_lock lock{mutex_};
  Exclusion& one = exclusions_.emplace_back(exclusion);
  one.id = static_cast<std::int64_t>(exclusions_.size());
  return one.id;
}

void MemoryStore::undo_exclusion(std::int64_t id, Timestamp at) {
  const std::scoped_lock lock{mutex_};
  exclusions_.at(static_cast<std::size_t>(id) - 1).undone = at;
}

std::vector<Exclusion> MemoryStore::exclusions() const {
  const std::scoped_lock lock{mutex_};
  return exclusions_;
}

std::string MemoryStore::metric_sql(const MetricDefinition& metric, const SqlScope& scope) const {
  return storage::metric_sql(metric, scope);
}

Traffic MemoryStore::traffic(const TrafficQuery& query) const {
  const std::scoped_lock lock{mutex_};
  const Counted all = counted();
  return traffic_of({.exposures = all.exposures,
                     .sessions = all.sessions,
                     .playbacks = all.playbacks,
                     .events = all.events,
                     .ends = ends_,
                     .runs = runs_},
                    query);
}

std::vector<EventName> MemoryStore::event_names() const {
  const std::scoped_lock lock{mutex_};
  std::map<std::string, std::int64_t> names;
  for (const CustomEvent& event : events_) ++names[event.name];
  std::vector<EventName> all;
  for (const auto& [name, events] : names) all.push_back({.name = name, .events = events});
  return all;
}

void MemoryStore::visit_ids(Timestamp since, const std::function<void(const LoggedId&)>& visit) const {
  const std::scoped_lock lock{mutex_};
  for (const LoggedId& id : ids_) {
    if (id.at >= since) visit(id);
  }
}

void MemoryStore::visit_exposures(const std::function<void(const Exposure&)>& visit) const {
  const std::scoped_lock lock{mutex_};
  for (const auto& [key, exposure] : exposures_) visit(exposure);
}

std::vector<Exposure> MemoryStore::sorted_exposures() const {
  std::vector<Exposure> all;
  all.reserve(exposures_.size());
  for (const auto& [key, exposure] : exposures_) all.push_back(exposure);
  return all;
}

UnitHistory MemoryStore::unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const {
  const std::scoped_lock lock{mutex_};
  UnitHistory history;
  for (const auto& [key, exposure] : exposures_) {
    if (exposure.unit == unit) history.exposures.push_back(exposure);
  }
  sort_exposures(history.exposures);
  SessionHistories sessions(limits);
  for (const Session& session : sessions_) {
    if (session.unit == unit) sessions.add(session);
  }
  for (const Playback& playback : playbacks_) {
    if (playback.unit == unit) sessions.add(playback);
  }
  sessions.move_to(history);
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (event->unit == unit) history.events.push_back(*event);
  }
  std::ranges::stable_sort(history.events, std::greater<>(), &CustomEvent::at);
  history.events_total = static_cast<std::int64_t>(history.events.size());
  if (history.events.size() > limits.events) history.events.resize(limits.events);
  return history;
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
    session.heard.push_back({.track = playback.track, .fraction = playback.fraction, .at = playback.at});
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

void MemoryStore::visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const {
  const std::scoped_lock lock{mutex_};
  for (auto playback = playbacks_.rbegin(); playback != playbacks_.rend(); ++playback) {
    if (!visit(playback->unit, {.track = playback->track, .fraction = playback->fraction, .at = playback->at})) return;
  }
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

void MemoryStore::visit_units(const std::function<void(const UnitId&, const std::string&)>& visit) const {
  std::map<UnitId, Exposure> latest;
  {
    const std::scoped_lock lock{mutex_};
    for (const auto& [key, exposure] : exposures_) {
      Exposure& known = latest[exposure.unit];
      if (!exposure.attributes.empty() && (known.attributes.empty() || exposure.first_seen > known.first_seen)) {
        known = exposure;
      }
    }
    for (const Session& session : sessions_) latest[session.unit];
  }
  for (const auto& [unit, exposure] : latest) visit(unit, exposure.attributes);
}

void MemoryStore::record_configuration(const StoredConfiguration& configuration) {
  const std::scoped_lock lock{mutex_};
  if (!configurations_.empty() && configurations_.back().checksum == configuration.checksum &&
      configurations_.back().files == configuration.files) {
    return;
  }
  configurations_.push_back(configuration);
}

std::vector<StoredConfiguration> MemoryStore::configurations() const {
  const std::scoped_lock lock{mutex_};
  return configurations_;
}

std::vector<ServedFile> MemoryStore::served_files() const {
  const std::scoped_lock lock{mutex_};
  std::vector<ServedFile> all;
  for (const StoredConfiguration& configuration : configurations_) {
    for (const RecommenderFile& file : configuration.files) {
      const auto known = std::find_if(all.rbegin(), all.rend(), [&](const ServedFile& one) {
        return one.file.recommender == file.recommender && one.file.file == file.file;
      });
      if (known == all.rend() || known->file != file) all.push_back({.since = configuration.since, .file = file});
    }
  }
  return all;
}

void MemoryStore::end_experiments(const std::vector<ExperimentEnd>& ends) {
  const std::scoped_lock lock{mutex_};
  for (const ExperimentEnd& end : ends) {
    Timestamp& at = ends_.try_emplace({end.experiment, end.version}, end.at).first->second;
    at = std::min(at, end.at);
  }
}

std::vector<ExperimentEnd> MemoryStore::experiment_ends() const {
  const std::scoped_lock lock{mutex_};
  std::vector<ExperimentEnd> all;
  for (const auto& [of, at] : ends_) all.push_back({.experiment = of.first, .version = of.second, .at = at});
  return all;
}

void MemoryStore::record_run(const Run& run) {
  const std::scoped_lock lock{mutex_};
  runs_.push_back(run);
}

std::vector<Run> MemoryStore::runs() const {
  const std::scoped_lock lock{mutex_};
  return runs_;
}

void MemoryStore::record_look(const Look& look) {
  const std::scoped_lock lock{mutex_};
  const auto same = [&](const Look& other) {
    return other.experiment == look.experiment && other.version == look.version;
  };
  const auto latest = std::find_if(looks_.rbegin(), looks_.rend(), same);
  if (latest != looks_.rend() && latest->units == look.units && latest->data_through == look.data_through) return;
  looks_.push_back(look);
}

std::vector<Look> MemoryStore::looks() const {
  const std::scoped_lock lock{mutex_};
  return looks_;
}

void MemoryStore::record_planned_size(const PlannedSize& size) {
  const std::scoped_lock lock{mutex_};
  const auto same = [&](const PlannedSize& other) {
    return other.experiment == size.experiment && other.version == size.version && other.plan == size.plan;
  };
  if (std::ranges::none_of(planned_sizes_, same)) planned_sizes_.push_back(size);
}

std::vector<PlannedSize> MemoryStore::planned_sizes() const {
  const std::scoped_lock lock{mutex_};
  return planned_sizes_;
}

void MemoryStore::record_call(const Call& call) {
  const std::scoped_lock lock{mutex_};
  const Timestamp changed = last_change(exclusions_);
  const auto key = [](const Call& one) {
    return std::tie(one.experiment, one.version, one.control, one.variant, one.called, one.rule);
  };
  const auto stands = [&](const Call& other) { return key(other) == key(call) && other.at >= changed; };
  if (std::ranges::none_of(calls_, stands)) calls_.push_back(call);
}

std::vector<Call> MemoryStore::calls() const {
  const std::scoped_lock lock{mutex_};
  return calls_;
}

std::vector<Playback> MemoryStore::playbacks() const {
  const std::scoped_lock lock{mutex_};
  return playbacks_;
}

std::vector<Session> MemoryStore::sessions() const {
  const std::scoped_lock lock{mutex_};
  return sessions_;
}

void MemoryStore::import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) {
  EventBatch all;
  for (EventBatch batch; next_batch(batch); batch.clear()) {
    all.playbacks.insert(all.playbacks.end(), batch.playbacks.begin(), batch.playbacks.end());
    all.sessions.insert(all.sessions.end(), batch.sessions.begin(), batch.sessions.end());
    all.exposures.insert(all.exposures.end(), batch.exposures.begin(), batch.exposures.end());
    all.events.insert(all.events.end(), batch.events.begin(), batch.events.end());
  }
  std::string already;
  for (const ImportedFile& file : files) {
    const std::vector<ImportedFile> known = imports();
    const auto found = std::ranges::find(known, file.checksum, &ImportedFile::checksum);
    if (found == known.end()) continue;
    if (!already.empty()) already += '\n';
    already +=
        file.file + ": the store has its content already, from " + found->file + " at " + to_string(found->imported);
  }
  if (!already.empty()) throw Error::user(already);
  append(all);
  const std::scoped_lock lock(mutex_);
  imports_.insert(imports_.end(), files.begin(), files.end());
}

std::vector<ImportedFile> MemoryStore::imports() const {
  const std::scoped_lock lock(mutex_);
  return imports_;
}

}  // namespace crossfade::storage
