#include "platform/service/service.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/mutex.h"
#include "platform/core/random.h"
#include "platform/service/state.h"

namespace crossfade::service {

namespace {

// Of a history that recommenders read, in all shards together: 24 bytes each, and what the units' tables take.
constexpr std::size_t kMostListens = std::size_t{4} << 20;

constexpr std::ptrdiff_t kSessionsABatch = 8192;  // that time out at once

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void Service::State::restore() {
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

void Service::State::keep_listens(std::size_t count) {
  if (count == listens) return;
  const ListeningHistories::Bounds bounds{
      .listens = count,
      .units = options.forgets_history
                   ? std::max<std::size_t>(1, kMostListens / kShards / std::max<std::size_t>(1, count))
                   : std::numeric_limits<std::size_t>::max()};
  for (Shard& shard : shards) {
    const MutexLock lock{shard.mutex};
    shard.histories.set_bounds(bounds);
  }
  if (count < listens) {
    listens = count;
    return;
  }
  // What is logged from here on is in the histories; what was before is in the store after this.
  writer.flush();
  std::array<std::unordered_map<UnitId, std::vector<Listen>, HashUnit>, kShards> stored;
  std::size_t room = options.forgets_history ? kMostListens : std::numeric_limits<std::size_t>::max();
  store.visit_listens([&](const UnitId& unit, const Listen& listen) {
    std::vector<Listen>& known = stored[number_of_shard(unit)][unit];
    if (known.size() < count) {
      known.push_back(listen);
      --room;
    }
    return room > 0;
  });
  for (std::size_t i = 0; i < kShards; ++i) {
    const MutexLock lock{shards[i].mutex};
    for (const auto& [unit, known] : stored[i]) shards[i].histories.extend(unit, known);
  }
  listens = count;  // not before: what could not be read is read the next time
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
      shard.histories.undo(undurable.back().unit, undurable.back().history);
    }
    shard.refusals = refusals;
  }
  if (!forgets) return;
  const auto first = std::ranges::find_if(undurable, [done](const Undurable& one) { return one.ticket > done; });
  for (auto one = undurable.begin(); one != first; ++one) {
    if (one->reward) learn(one->unit, *one->reward, *shard.active);
  }
  undurable.erase(undurable.begin(), first);
}

std::optional<Reward> Service::State::reward_of(const Event& event, UnitState& listener,
                                                std::span<const Listen> history) {
  const std::optional<Recommended> recommended = listener.take_recommended();
  if (!recommended || recommended->track != event.track || listener.heard().empty()) return std::nullopt;
  const std::span<const Listen> before = history.subspan(std::min<std::size_t>(1, history.size()));
  return Reward{.recommender = recommended->recommender,
                .heard = listener.heard(),
                .history = {before.begin(), before.end()},
                .track = event.track,
                .fraction = event.fraction};
}

void Service::State::learn(const UnitId& unit, const Reward& reward, const ActiveConfiguration& active) {
  const Listen& previous = reward.heard.back();
  const recommenders::Request request{.unit = unit,
                                      .previous = previous.track,
                                      .fraction = previous.fraction,
                                      .heard = reward.heard,
                                      .history = reward.history,
                                      .at = previous.at};
  active.recommenders().learn(reward.recommender,
                              {.request = request, .track = reward.track, .fraction = reward.fraction});
}

Service::Begun Service::State::handle(const Event& event, bool is_last) {
  const auto start =
      options.measure_latency ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
  EventBatch batch;
  Begun begun;
  std::optional<Asked> asked;  // outlives the lock: what it holds may be the last of a configuration
  Shard& shard = shard_of(event.unit);
  // Until the rows are queued, so that those of one unit stand in the store in the order of its requests.
  const MutexLock lock{shard.mutex};
  if (!shard.active) throw Error::internal("no configuration is active");
  if (!shard.active->recommends()) throw Error::unknown("no recommender is configured: nothing plays next");
  settle(shard);
  if (shard.active->recommenders().any_waits() || shard.asking > 0) {
    wait_for_unit(shard, event.unit);
    if (!is_last) asked = ask_others(event, shard, shard.listeners[event.unit], start);
    settle(shard);
  }
  const ActiveConfiguration& active = asked ? *asked->active : *shard.active;
  UnitState& listener = shard.listeners[event.unit];
  UnitState::Before before = listener.before();
  ListeningHistories::Before history_before;
  std::optional<Reward> reward;
  try {
    if (listener.in_session() && listener.is_idle(event.at, options.session_timeout_ms)) {
      batch.sessions.push_back(listener.end_session(event.unit, SessionEnd::timeout));
    }
    if (!listener.in_session()) listener.begin_session({++last_session}, event.at, before);
    const std::string& recommender = listener.treat(event.unit, active, event.at, batch);
    const Listen listen{.track = event.track, .fraction = event.fraction, .at = event.at};
    const std::span<const Listen> history = shard.histories.add(event.unit, listen, history_before);
    if (active.recommenders().learns()) reward = reward_of(event, listener, history);
    Playback playback{.unit = event.unit,
                      .session = listener.session(),
                      .position = listener.hear(listen),
                      .track = event.track,
                      .fraction = event.fraction,
                      .recommended = {},
                      .latency_ms = {},
                      .at = event.at};
    if (!is_last) {
      playback.recommended =
          asked ? std::move(asked->recommended)
                : answer({.event = event, .started = listener.started(), .heard = listener.heard(), .history = history},
                         active, recommender);
      begun.track = playback.recommended->track;
      if (active.recommenders().learns()) listener.recommend(*playback.recommended);
    }
    if (options.measure_latency) playback.latency_ms = ms_since(start);
    listener.add_latency(playback.latency_ms);
    batch.playbacks.push_back(std::move(playback));
    if (is_last) batch.sessions.push_back(listener.end_session(event.unit, SessionEnd::last));
    begun.ticket = log(std::move(batch), shard.refusals);
  } catch (...) {
    listener.undo(before);
    shard.histories.undo(event.unit, history_before);
    throw;
  }
  if (writer.heals()) {
    shard.undurable.push_back({.ticket = begun.ticket,
                               .unit = event.unit,
                               .before = std::move(before),
                               .history = history_before,
                               .reward = std::move(reward)});
  } else if (reward) {
    learn(event.unit, *reward, active);
  }
  return begun;
}

Service::Service(const recommenders::Catalogue& catalogue, const storage::EventStore& store,
                 storage::EventWriter& writer, Options options)
    : state_(std::make_unique<State>(catalogue, store, writer, std::move(options))) {
  state_->restore();
}

Service::~Service() = default;

const std::filesystem::path& Service::data() const {
  return state_->options.data;
}

std::shared_ptr<const ActiveConfiguration> Service::State::active() {
  Shard& shard = shards.front();
  const MutexLock lock{shard.mutex};
  return shard.active;
}

bool Service::learns() const {
  const auto active = state_->active();
  return active && active->recommenders().learns();
}

void Service::advance() {
  const auto active = state_->active();
  if (!active || !active->recommenders().learns()) return;
  for (Shard& shard : state_->shards) {
    const MutexLock lock{shard.mutex};
    state_->settle(shard, 0);  // from what is durable by now they learn before it counts
  }
  active->recommenders().advance();
}

std::vector<RecommenderFile> Service::files_of(const RecommenderSpec& spec) const {
  return recommenders::files_of(spec, state_->surroundings());
}

Service::Prepared Service::prepare(const Configuration& configuration, const std::set<std::string, std::less<>>& kept) {
  advance();  // who takes the place of one that learned goes on from there
  const MutexLock preparing{state_->activating};
  recommenders::Surroundings around = state_->surroundings();
  const auto former = state_->active();
  if (former && !kept.empty()) {
    around.former = &former->recommenders();
    around.kept = kept;
  }
  auto prepared = std::make_shared<const ActiveConfiguration>(++state_->configurations, configuration,
                                                              state_->catalogue, around, state_->variants);
  // Before the first request that reads them, and off its path. Fewer are kept only when this is active.
  if (prepared->recommenders().history() > state_->listens) state_->keep_listens(prepared->recommenders().history());
  return prepared;
}

void Service::activate(const Prepared& prepared) noexcept {
  const MutexLock activating{state_->activating};
  for (Shard& shard : state_->shards) {
    Prepared former = prepared;  // perhaps the last to hold it: dies after the lock
    const MutexLock lock{shard.mutex};
    std::swap(shard.active, former);
  }
  if (prepared->recommenders().history() < state_->listens) state_->keep_listens(prepared->recommenders().history());
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

Service::BegunAssignments Service::begin_assignments(std::span<const AssignmentRequest> requests, Timestamp at) {
  BegunAssignments begun;
  begun.configuration = state_->active();
  if (!begun.configuration) throw Error::internal("no configuration is active");
  EventBatch batch;
  begun.answers.reserve(requests.size());
  for (const AssignmentRequest& request : requests) {
    begun.answers.push_back(begun.configuration->assign(request, at, batch));
  }
  if (!batch.empty()) begun.ticket = state_->log(std::move(batch));
  return begun;
}

std::optional<Taken> Service::begin_log(ClientRows rows) {
  using Urgency = storage::EventWriter::Urgency;
  for (Session& session : rows.sessions) session.id = {++state_->last_session};
  return state_->client_log.begin(std::move(rows), state_->options.wait_for_commit ? Urgency::awaited : Urgency::none);
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
    if (!listener.is_idle(now, options.session_timeout_ms) || listener.is_held() ||
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
