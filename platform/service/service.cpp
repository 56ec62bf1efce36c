#include "platform/service/service.h"

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>

#include "platform/core/error.h"
#include "platform/core/mutex.h"
#include "platform/core/random.h"
#include "platform/service/active_configuration.h"
#include "platform/service/unit_state.h"

namespace crossfade::service {

namespace {

struct HashUnit {
  std::size_t operator()(const UnitId& unit) const noexcept { return key_of(unit.value); }
};

// Requests of units in different shards do not wait for each other.
constexpr std::size_t kShards = 256;

struct alignas(64) Shard {
  Mutex mutex;
  // Each shard has the configuration for itself, so that a request takes one lock and counts no references.
  std::shared_ptr<const ActiveConfiguration> active CROSSFADE_GUARDED_BY(mutex);
  std::unordered_map<UnitId, UnitState, HashUnit> listeners CROSSFADE_GUARDED_BY(mutex);
};

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

struct Service::State {
  State(const recommenders::Catalogue& all_tracks, storage::EventWriter& log, Options how)
      : catalogue(all_tracks), writer(log), options(std::move(how)) {}

  std::array<Shard, kShards> shards;
  std::atomic<std::int64_t> last_session{0};
  const recommenders::Catalogue& catalogue;
  storage::EventWriter& writer;
  const Options options;

  Mutex activating;
  VariantNumbers variants CROSSFADE_GUARDED_BY(activating);
  std::uint64_t configurations CROSSFADE_GUARDED_BY(activating) = 0;

  Shard& shard_of(const UnitId& unit) { return shards[mix64(key_of(unit.value)) % kShards]; }
  void restore(const storage::EventStore& store);
  // Logs, and answers the track that plays next unless it was the last. Does not wait.
  Begun handle(const Event& event, bool is_last);
  Recommended answer(const Event& event, const UnitState& listener, const ActiveConfiguration& active,
                     const std::string& recommender) const;
  storage::EventWriter::Ticket log(EventBatch batch);
};

void Service::State::restore(const storage::EventStore& store) {
  last_session = store.last_session().value;
  store.visit_exposures([&](const Exposure& exposure) {
    // One that is over begins again with the unit's next request.
    if (exposure.last_seen) return;
    const MutexLock numbering{activating};
    Shard& shard = shard_of(exposure.unit);
    const MutexLock lock{shard.mutex};
    shard.listeners[exposure.unit].remember_exposure(
        variants.number_of(exposure.experiment, exposure.version, exposure.variant));
  });
  // By id: of a unit's several open sessions, which only a fault can have left, the latest goes on, the others end.
  EventBatch ended;
  for (const storage::OpenSession& session : store.open_sessions()) {
    Shard& shard = shard_of(session.unit);
    const MutexLock lock{shard.mutex};
    UnitState& listener = shard.listeners[session.unit];
    if (listener.in_session()) ended.sessions.push_back(listener.end_session(session.unit, SessionEnd::timeout));
    listener.resume(session);
  }
  if (!ended.empty()) log(std::move(ended));
}

storage::EventWriter::Ticket Service::State::log(EventBatch batch) {
  using Urgency = storage::EventWriter::Urgency;
  return writer.submit(std::move(batch), options.wait_for_commit ? Urgency::awaited : Urgency::none);
}

Recommended Service::State::answer(const Event& event, const UnitState& listener, const ActiveConfiguration& active,
                                   const std::string& recommender) const {
  Random random{options.seed, key_of(event.unit.value), static_cast<std::uint64_t>(listener.started().ms),
                listener.heard().size() - 1};
  const recommenders::Request request{
      .unit = event.unit, .previous = event.track, .fraction = event.fraction, .heard = listener.heard()};
  return catalogue.contains(event.track) ? active.recommenders().answer(recommender, request, random)
                                         : active.recommenders().answer_of_fallback(recommender, request, random);
}

Service::Begun Service::State::handle(const Event& event, bool is_last) {
  const auto start =
      options.measure_latency ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
  EventBatch batch;
  Begun begun;
  Shard& shard = shard_of(event.unit);
  // Until the rows are queued, so that those of one unit stand in the store in the order of its requests.
  const MutexLock lock{shard.mutex};
  if (!shard.active) throw Error::internal("no configuration is active");
  UnitState& listener = shard.listeners[event.unit];
  if (listener.is_idle(event.at, options.session_timeout_ms)) {
    batch.sessions.push_back(listener.end_session(event.unit, SessionEnd::timeout));
  }
  if (!listener.in_session()) listener.begin_session({++last_session}, event.at);
  const std::string& recommender = listener.treat(event.unit, *shard.active, event.at, batch);
  Playback playback{.unit = event.unit,
                    .session = listener.session(),
                    .position = listener.hear(event.track, event.fraction, event.at),
                    .track = event.track,
                    .fraction = event.fraction,
                    .recommended = {},
                    .latency_ms = {},
                    .at = event.at};
  if (!is_last) {
    playback.recommended = answer(event, listener, *shard.active, recommender);
    begun.track = playback.recommended->track;
  }
  if (options.measure_latency) playback.latency_ms = ms_since(start);
  listener.add_latency(playback.latency_ms);
  batch.playbacks.push_back(std::move(playback));
  if (is_last) batch.sessions.push_back(listener.end_session(event.unit, SessionEnd::last));
  begun.ticket = log(std::move(batch));
  return begun;
}

Service::Service(const recommenders::Catalogue& catalogue, const storage::EventStore& store,
                 storage::EventWriter& writer, Options options)
    : state_(std::make_unique<State>(catalogue, writer, std::move(options))) {
  state_->restore(store);
}

Service::~Service() = default;

void Service::activate(const Configuration& configuration) {
  const MutexLock activating{state_->activating};
  const auto active = std::make_shared<const ActiveConfiguration>(
      state_->configurations + 1, configuration, state_->catalogue, state_->options.data, state_->variants);
  ++state_->configurations;
  for (Shard& shard : state_->shards) {
    std::shared_ptr<const ActiveConfiguration> former = active;  // perhaps the last to hold it: dies after the lock
    const MutexLock lock{shard.mutex};
    std::swap(shard.active, former);
  }
}

TrackId Service::next(const Event& event) {
  const Begun begun = begin_next(event);
  if (state_->options.wait_for_commit) wait(begun.ticket);
  return begun.track;
}

void Service::last(const Event& event) {
  const Ticket ticket = begin_last(event);
  if (state_->options.wait_for_commit) wait(ticket);
}

Service::Begun Service::begin_next(const Event& event) {
  return state_->handle(event, false);
}

Service::Ticket Service::begin_last(const Event& event) {
  return state_->handle(event, true).ticket;
}

Service::Ticket Service::begin_events(std::vector<CustomEvent> events) {
  return state_->log({.events = std::move(events)});
}

void Service::wait(Ticket ticket) {
  state_->writer.wait(ticket);
}

std::size_t Service::close_idle_sessions(Timestamp now) {
  std::size_t closed = 0;
  storage::EventWriter::Ticket ticket = 0;
  for (Shard& shard : state_->shards) {
    EventBatch batch;
    const MutexLock lock{shard.mutex};
    for (auto& [unit, listener] : shard.listeners) {
      if (!listener.is_idle(now, state_->options.session_timeout_ms)) continue;
      batch.sessions.push_back(listener.end_session(unit, SessionEnd::timeout));
    }
    closed += batch.sessions.size();
    if (!batch.empty()) ticket = state_->log(std::move(batch));
  }
  if (state_->options.wait_for_commit) state_->writer.wait(ticket);
  return closed;
}

void Service::flush() {
  state_->writer.flush();
}

}  // namespace crossfade::service
