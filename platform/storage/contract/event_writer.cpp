#include "platform/storage/contract/event_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "platform/core/error.h"
#include "platform/core/mutex.h"

namespace crossfade::storage {

namespace {

// Stretches of time without the store that are remembered: the latest.
constexpr std::size_t kMostRefused = 10'000;

// Calls `work`; the error that it ends with.
template <typename Work>
std::optional<Error> error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& exception) {
    return Error::internal(exception.what());
  }
  return std::nullopt;
}

}  // namespace

struct EventWriter::State {
  State(EventStore& to, Options how) : store(to), options(std::move(how)) {}

  // Both ends belong to it.
  struct Refused {
    Ticket first = 0;
    Ticket last = 0;
    Error why;
  };

  EventStore& store;
  const Options options;

  Mutex mutex;
  Condition work;   // the writer waits for rows, or for a reason to write them now
  Condition space;  // submit waits for room
  EventBatch pending CROSSFADE_GUARDED_BY(mutex);
  // Batches that the writer has taken so far; `pending` will be number taken + 1.
  Ticket taken CROSSFADE_GUARDED_BY(mutex) = 0;
  enum class Sleep { none, idle, lingering };
  Sleep sleep CROSSFADE_GUARDED_BY(mutex) = Sleep::none;  // why the writer is on `work`
  bool urgent CROSSFADE_GUARDED_BY(mutex) = false;        // somebody waits for `pending`
  std::size_t waiting_for_room CROSSFADE_GUARDED_BY(mutex) = 0;
  bool stopping CROSSFADE_GUARDED_BY(mutex) = false;
  std::optional<Error> failure CROSSFADE_GUARDED_BY(mutex);   // for good
  std::optional<Error> refusing CROSSFADE_GUARDED_BY(mutex);  // for now
  std::vector<Refused> refused CROSSFADE_GUARDED_BY(mutex);   // in order; one a stretch of time without the store

  // A ticket is the number of batches that must be done. They stand, modulo 2^32, in one of two words: those who wait
  // for a batch sleep on the word of its parity, so that one wake reaches all of them and nobody else, and no mutex
  // stands between them and their way on.
  struct alignas(64) Word {
    std::atomic<std::uint32_t> done{0};
  };
  std::array<Word, 2> words;
  static constexpr Ticket kNever = std::numeric_limits<Ticket>::max();
  // Tickets before the first and behind the last of these are not refused; written before the words.
  std::atomic<Ticket> first_refused{kNever};
  std::atomic<Ticket> last_refused{0};
  std::atomic<std::uint64_t> refusals{0};
  std::atomic<Ticket> done{0};  // written by the thread alone

  // The thread's own.
  EventBatch writing;
  std::thread thread;

  using Known = std::optional<std::uint64_t>;  // how many refusals a submitter knows of
  void throw_if_closed(Known known) const CROSSFADE_REQUIRES(mutex);
  const Refused* refusal_of(Ticket ticket) const CROSSFADE_REQUIRES(mutex);
  void enqueue(EventBatch& batch, Known known) CROSSFADE_REQUIRES(mutex);
  Ticket ticket_of_pending() const CROSSFADE_REQUIRES(mutex) { return taken + (pending.empty() ? 0 : 1); }
  bool is_due() const CROSSFADE_REQUIRES(mutex);
  bool wakes_writer() CROSSFADE_REQUIRES(mutex);
  void run();
  bool take() CROSSFADE_EXCLUDES(mutex);
  void let_others_submit() CROSSFADE_REQUIRES(mutex);
  void await_done(Ticket ticket) CROSSFADE_EXCLUDES(mutex);
  void await_rows() CROSSFADE_REQUIRES(mutex);
  void look_at_store(bool tries) CROSSFADE_EXCLUDES(mutex);
  void write() CROSSFADE_EXCLUDES(mutex);
  void close(const Error& why, bool was_writing) CROSSFADE_EXCLUDES(mutex);
  void publish_done();
  void say(const std::string& line) const {
    if (options.say) options.say(line);
  }
};

void EventWriter::State::run() {
  while (take()) write();
}

// Fills `writing`; false when there will be nothing any more.
bool EventWriter::State::take() {
  MutexLock lock{mutex};
  while (pending.empty()) {
    if (stopping) return false;
    await_rows();
  }
  if (!is_due()) {
    const auto end = std::chrono::steady_clock::now() + options.linger;
    sleep = Sleep::lingering;
    while (!is_due() && work.wait_until(mutex, end)) {
    }
  }
  sleep = Sleep::none;
  if (urgent) let_others_submit();
  urgent = false;
  std::swap(pending, writing);
  ++taken;
  lock.unlock();
  space.notify_all();
  return true;
}

// Those who are about to submit go first: a commit costs as much as a dozen rows, and a batch of one is what a writer
// gets that always runs at once. Costs nothing where nobody else is ready to run.
void EventWriter::State::let_others_submit() {
  constexpr int at_most = 3;
  for (int i = 0; i < at_most; ++i) {
    const std::size_t before = pending.rows();
    mutex.unlock();
    std::this_thread::yield();
    mutex.lock();
    if (pending.rows() == before) break;
  }
}

// Sleeps until there are rows, or it is time to look at the store: to be able to say that it is there before somebody
// logs again, and that it is not before somebody relies on it.
void EventWriter::State::await_rows() {
  sleep = Sleep::idle;
  if (!options.heals || failure) return work.wait(mutex);
  const bool tries = refusing.has_value();
  if (work.wait_until(mutex, std::chrono::steady_clock::now() + (tries ? options.retry : options.look))) return;
  if (stopping || !pending.empty()) return;
  sleep = Sleep::none;
  mutex.unlock();
  look_at_store(tries);
  mutex.lock();
}

void EventWriter::State::look_at_store(bool tries) {
  const auto error = error_of([&] { tries ? store.probe() : store.check(); });
  if (error && tries && error->kind() == Error::Kind::unavailable) return;
  if (error) return close(*error, false);
  if (!tries) return;
  {
    const MutexLock lock{mutex};
    refusing.reset();
  }
  say("the store can be written again: logging goes on");
}

void EventWriter::State::write() {
  const bool failed = last_refused.load(std::memory_order_relaxed) == kNever;
  if (failed) return publish_done();
  const auto error = error_of([&] { store.append(writing); });
  if (error) return close(*error, true);
  publish_done();
}

// Refuses the batch that was not written, and what waits behind it: its rows may continue those of the batch, and would
// stand in the store without them. For now, or for good.
void EventWriter::State::close(const Error& why, bool was_writing) {
  const bool for_now = options.heals && why.kind() == Error::Kind::unavailable;
  Ticket last = done + (was_writing ? 1 : 0);
  {
    const MutexLock lock{mutex};
    const Ticket first = done + 1;
    if (for_now) {
      refusing = why;
      if (!pending.empty()) last = ++taken;
      pending.clear();
      urgent = false;
    } else {
      failure = why;
      last = kNever;
    }
    if (first <= last) {
      if (refused.size() == kMostRefused) refused.erase(refused.begin());
      refused.push_back({.first = first, .last = last, .why = why});
      if (first < first_refused) first_refused = first;
      last_refused = last;
      ++refusals;
    }
  }
  space.notify_all();
  if (for_now) {
    say(std::string(why.what()) + "; nothing is logged until it can be written");
    while (done < last) publish_done();
  } else if (was_writing) {
    publish_done();
  }
}

void EventWriter::State::publish_done() {
  writing.clear();
  const Ticket now = done.load(std::memory_order_relaxed) + 1;
  done.store(now, std::memory_order_release);
  std::atomic<std::uint32_t>& word = words[now % 2].done;
  word.store(static_cast<std::uint32_t>(now), std::memory_order_release);
  word.notify_all();
}

const EventWriter::State::Refused* EventWriter::State::refusal_of(Ticket ticket) const {
  const auto after = std::ranges::upper_bound(refused, ticket, {}, [](const Refused& one) { return one.first; });
  if (after == refused.begin()) {
    const bool forgotten = refused.size() == kMostRefused && ticket >= first_refused;
    return forgotten ? refused.data() : nullptr;  // better refused than acknowledged; nobody asks so late
  }
  const Refused& one = *std::prev(after);
  return ticket <= one.last ? &one : nullptr;
}

void EventWriter::State::throw_if_closed(Known known) const {
  if (failure) throw Error(*failure);
  if (refusing) throw Error(*refusing);
  if (known && *known != refusals) throw Error::unavailable("what these rows continue was refused");
}

// Adds to `pending` when there is room; the lock is held before and after.
void EventWriter::State::enqueue(EventBatch& batch, Known known) {
  throw_if_closed(known);
  if (pending.rows() >= options.capacity) {
    ++waiting_for_room;
    while (!failure && !refusing && pending.rows() >= options.capacity) space.wait(mutex);
    --waiting_for_room;
    throw_if_closed(known);
  }
  pending.take(batch);
}

bool EventWriter::State::is_due() const {
  return urgent || stopping || pending.rows() >= std::min(options.bulk_rows, options.capacity);
}

// Does the writer sleep, and has it a reason to go on? Who is told so notifies `work`: after the unlock, or the writer
// would wake to a held mutex.
bool EventWriter::State::wakes_writer() {
  const bool wakes =
      (sleep == Sleep::idle && (stopping || !pending.empty())) || (sleep == Sleep::lingering && is_due());
  if (wakes) sleep = Sleep::none;
  return wakes;
}

EventWriter::EventWriter(EventStore& store, Options options)
    : state_(std::make_unique<State>(store, std::move(options))) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

EventWriter::~EventWriter() {
  MutexLock lock{state_->mutex};
  state_->stopping = true;
  const bool wakes = state_->wakes_writer();
  lock.unlock();
  if (wakes) state_->work.notify_one();
  state_->thread.join();
}

EventWriter::Ticket EventWriter::submit(EventBatch&& batch, Urgency urgency, std::optional<std::uint64_t> refusals) {
  MutexLock lock{state_->mutex};
  state_->enqueue(batch, refusals);
  const Ticket ticket = state_->ticket_of_pending();
  if (urgency == Urgency::awaited && !state_->pending.empty()) state_->urgent = true;
  const bool wakes = state_->wakes_writer();
  lock.unlock();
  if (wakes) state_->work.notify_one();
  return ticket;
}

void EventWriter::State::await_done(Ticket ticket) {
  const std::atomic<std::uint32_t>& word = words[ticket % 2].done;
  // The words wrap around: compare by difference.
  const auto is_done = [ticket](std::uint32_t count) {
    return static_cast<std::int32_t>(count - static_cast<std::uint32_t>(ticket)) >= 0;
  };
  std::uint32_t count = word.load(std::memory_order_acquire);
  if (!is_done(count)) {
    MutexLock lock{mutex};
    if (ticket > taken) urgent = true;
    const bool wakes = wakes_writer();
    lock.unlock();
    if (wakes) work.notify_one();
  }
  while (!is_done(count)) {
    word.wait(count, std::memory_order_acquire);
    count = word.load(std::memory_order_acquire);
  }
}

void EventWriter::wait(Ticket ticket) {
  state_->await_done(ticket);
  if (ticket < state_->first_refused.load(std::memory_order_relaxed) ||
      ticket > state_->last_refused.load(std::memory_order_relaxed)) {
    return;
  }
  const MutexLock lock{state_->mutex};
  if (const auto* refused = state_->refusal_of(ticket)) throw Error(refused->why);
}

void EventWriter::flush() {
  Ticket last = 0;
  {
    const MutexLock lock{state_->mutex};
    last = state_->ticket_of_pending();
  }
  state_->await_done(last);
  const MutexLock lock{state_->mutex};
  if (state_->failure) throw Error(*state_->failure);
}

bool EventWriter::accepts() const {
  const MutexLock lock{state_->mutex};
  return !state_->failure && !state_->refusing;
}

bool EventWriter::failed() const {
  return state_->last_refused == State::kNever;
}

bool EventWriter::heals() const {
  return state_->options.heals;
}

std::uint64_t EventWriter::refusals() const {
  return state_->refusals.load(std::memory_order_acquire);
}

bool EventWriter::is_refused(Ticket ticket) const {
  const MutexLock lock{state_->mutex};
  return state_->refusal_of(ticket) != nullptr;
}

EventWriter::Ticket EventWriter::done() const {
  return state_->done.load(std::memory_order_acquire);
}

EventWriter::Waiting EventWriter::waiting() const {
  const MutexLock lock{state_->mutex};
  return {.for_rows = state_->sleep == State::Sleep::lingering, .for_room = state_->waiting_for_room};
}

}  // namespace crossfade::storage
