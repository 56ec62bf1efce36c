#include "platform/service/service.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

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

// A request whose rows may still be refused (see EventWriter::Options::heals).
struct Undurable {
  storage::EventWriter::Ticket ticket = 0;
  UnitId unit;
  UnitState::Before before;
};

// In a shard. Above it, those that are durable by now are forgotten.
constexpr std::size_t kMostUndurable = 32;

// Requests of units in different shards do not wait for each other.
constexpr std::size_t kShards = 256;

constexpr std::ptrdiff_t kSessionsABatch = 8192;  // that time out at once

struct alignas(64) Shard {
  Mutex mutex;
  // Each shard has the configuration for itself, so that a request takes one lock and counts no references.
  std::shared_ptr<const ActiveConfiguration> active CROSSFADE_GUARDED_BY(mutex);
  // Those in a session, and for a while those who have been. Whoever was forgotten is exposed again when they come
  // back, which the store knows to ignore: an exposure that is there keeps its first_seen.
  std::unordered_map<UnitId, UnitState, HashUnit> listeners CROSSFADE_GUARDED_BY(mutex);

  // What the listeners were before each request that is perhaps not durable yet, in order, and as of which refusals.
  std::vector<Undurable> undurable CROSSFADE_GUARDED_BY(mutex);
  std::uint64_t refusals CROSSFADE_GUARDED_BY(mutex) = 0;
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

  Mutex sweeping;
  // Rows of sessions that have timed out, until they are durable: those that were refused are logged again.
  std::vector<Session> timed_out CROSSFADE_GUARDED_BY(sweeping);

  Shard& shard_of(const UnitId& unit) { return shards[mix64(key_of(unit.value)) % kShards]; }
  void restore(const storage::EventStore& store);
  // Logs, and answers the track that plays next unless it was the last. Does not wait.
  Begun handle(const Event& event, bool is_last);
  Recommended answer(const Event& event, const UnitState& listener, const ActiveConfiguration& active,
                     const std::string& recommender) const;
  storage::EventWriter::Ticket log(EventBatch&& batch, std::optional<std::uint64_t> refusals = std::nullopt);
  // Brings the memory of a shard's listeners to what is in the store or on its way there: of what was refused it knows
  // nothing. To be called before the memory is used.
  void settle(Shard& shard, std::size_t most_undurable = kMostUndurable) const CROSSFADE_REQUIRES(shard.mutex);
  // Adds the rows of a shard's sessions that have timed out, and forgets whoever has not been heard for so long.
  void end_idle_sessions(Shard& shard, Timestamp now, std::vector<Session>& ended) const
      CROSSFADE_EXCLUDES(shard.mutex);
};

void Service::State::restore(const storage::EventStore& store) {
  last_session = store.last_session().value;
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

storage::EventWriter::Ticket Service::State::log(EventBatch&& batch, std::optional<std::uint64_t> refusals) {
  using Urgency = storage::EventWriter::Urgency;
  return writer.submit(std::move(batch), options.wait_for_commit ? Urgency::awaited : Urgency::none, refusals);
}

void Service::State::settle(Shard& shard, std::size_t most_undurable) const {
  auto& undurable = shard.undurable;
  const bool forgets = undurable.size() > most_undurable;
  const Ticket done = forgets ? writer.done() : 0;
  if (const std::uint64_t refusals = writer.refusals(); refusals != shard.refusals) {
    for (; !undurable.empty() && writer.is_refused(undurable.back().ticket); undurable.pop_back()) {
      shard.listeners[undurable.back().unit].undo(undurable.back().before);
    }
    shard.refusals = refusals;
  }
  if (!forgets) return;
  const auto first = std::ranges::find_if(undurable, [done](const Undurable& one) { return one.ticket > done; });
  undurable.erase(undurable.begin(), first);
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
  settle(shard);
  UnitState& listener = shard.listeners[event.unit];
  UnitState::Before before = listener.before();
  try {
    if (listener.in_session() && listener.is_idle(event.at, options.session_timeout_ms)) {
      batch.sessions.push_back(listener.end_session(event.unit, SessionEnd::timeout));
    }
    if (!listener.in_session()) listener.begin_session({++last_session}, event.at, before);
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
    begun.ticket = log(std::move(batch), shard.refusals);
  } catch (...) {
    listener.undo(before);
    throw;
  }
  if (writer.heals()) {
    shard.undurable.push_back({.ticket = begun.ticket, .unit = event.unit, .before = std::move(before)});
  }
  return begun;
}

Service::Service(const recommenders::Catalogue& catalogue, const storage::EventStore& store,
                 storage::EventWriter& writer, Options options)
    : state_(std::make_unique<State>(catalogue, writer, std::move(options))) {
  state_->restore(store);
}

Service::~Service() = default;

Service::Prepared Service::prepare(const Configuration& configuration) {
  const MutexLock preparing{state_->activating};
  return std::make_shared<const ActiveConfiguration>(++state_->configurations, configuration, state_->catalogue,
                                                     state_->options.data, state_->options.allow_outside,
                                                     state_->variants);
}

void Service::activate(const Prepared& prepared) noexcept {
  const MutexLock activating{state_->activating};
  for (Shard& shard : state_->shards) {
    Prepared former = prepared;  // perhaps the last to hold it: dies after the lock
    const MutexLock lock{shard.mutex};
    std::swap(shard.active, former);
  }
}

void Service::activate(const Configuration& configuration) {
  activate(prepare(configuration));
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

void Service::State::end_idle_sessions(Shard& shard, Timestamp now, std::vector<Session>& ended) const {
  const MutexLock lock{shard.mutex};
  settle(shard, 0);
  for (auto entry = shard.listeners.begin(); entry != shard.listeners.end();) {
    auto& [unit, listener] = *entry;
    // What may still be undone is left for the next time.
    if (!listener.is_idle(now, options.session_timeout_ms) ||
        std::ranges::find(shard.undurable, unit, &Undurable::unit) != shard.undurable.end()) {
      ++entry;
      continue;
    }
    if (listener.in_session()) ended.push_back(listener.end_session(unit, SessionEnd::timeout));
    entry = shard.listeners.erase(entry);
  }
}

std::size_t Service::close_idle_sessions(Timestamp now) {
  const MutexLock lock{state_->sweeping};
  std::vector<Session>& ended = state_->timed_out;
  for (Shard& shard : state_->shards) state_->end_idle_sessions(shard, now, ended);
  // In the order of their ids, in which they stand side by side in the store: after a long stop there may be hundreds
  // of thousands, and each batch of them from all over the table would write most of its pages anew. A listener who
  // comes back before their session's row is queued begins another one, and a restart would end the former.
  std::ranges::sort(ended, {}, &Session::id);
  auto next = ended.begin();
  try {
    while (next != ended.end()) {
      const auto end = next + std::min(kSessionsABatch, ended.end() - next);
      EventBatch batch;
      batch.sessions.assign(next, end);
      state_->writer.wait(state_->writer.submit(std::move(batch), storage::EventWriter::Urgency::awaited));
      next = end;
    }
  } catch (const Error& error) {
    if (!state_->writer.heals() || error.kind() != Error::Kind::unavailable) throw;
  }
  const auto closed = static_cast<std::size_t>(next - ended.begin());
  ended = {next, ended.end()};
  return closed;
}

void Service::flush() {
  state_->writer.flush();
}

}  // namespace crossfade::service
