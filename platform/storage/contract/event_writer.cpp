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

struct EventWriter::State {
  State(EventStore& to, Options how) : store(to), options(how) {}

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
  std::optional<std::string> failure CROSSFADE_GUARDED_BY(mutex);

  // A ticket is the number of batches that must be done. They stand, modulo 2^32, in one of two words: those who wait
  // for a batch sleep on the word of its parity, so that one wake reaches all of them and nobody else, and no mutex
  // stands between them and their way on.
  struct alignas(64) Word {
    std::atomic<std::uint32_t> done{0};
  };
  std::array<Word, 2> words;
  static constexpr Ticket kNever = std::numeric_limits<Ticket>::max();
  std::atomic<Ticket> first_failed{kNever};

  // The thread's own.
  EventBatch writing;
  Ticket done = 0;
  std::thread thread;

  void throw_if_failed() const CROSSFADE_REQUIRES(mutex) {
    if (failure) throw Error::internal(*failure);
  }
  void enqueue(EventBatch& batch) CROSSFADE_REQUIRES(mutex);
  Ticket ticket_of_pending() const CROSSFADE_REQUIRES(mutex) { return taken + (pending.empty() ? 0 : 1); }
  bool is_due() const CROSSFADE_REQUIRES(mutex);
  bool wakes_writer() CROSSFADE_REQUIRES(mutex);
  void run();
  bool take() CROSSFADE_EXCLUDES(mutex);
  void let_others_submit() CROSSFADE_REQUIRES(mutex);
  void write() CROSSFADE_EXCLUDES(mutex);
};

void EventWriter::State::run() {
  while (take()) write();
}

// Fills `writing`; false when there will be nothing any more.
bool EventWriter::State::take() {
  MutexLock lock{mutex};
  while (pending.empty()) {
    if (stopping) return false;
    sleep = Sleep::idle;
    work.wait(mutex);
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

void EventWriter::State::write() {
  std::optional<std::string> error;
  if (first_failed.load(std::memory_order_relaxed) == kNever) {
    try {
      store.append(writing);
    } catch (const std::exception& exception) {
      error = exception.what();
    }
  }
  writing.clear();
  ++done;
  if (error) {
    first_failed.store(done, std::memory_order_relaxed);
    const MutexLock lock{mutex};
    failure = error;
  }
  std::atomic<std::uint32_t>& word = words[done % 2].done;
  word.store(static_cast<std::uint32_t>(done), std::memory_order_release);
  word.notify_all();
  if (error) space.notify_all();
}

// Adds to `pending` when there is room; the lock is held before and after.
void EventWriter::State::enqueue(EventBatch& batch) {
  throw_if_failed();
  if (pending.rows() >= options.capacity) {
    ++waiting_for_room;
    while (!failure && pending.rows() >= options.capacity) space.wait(mutex);
    --waiting_for_room;
    throw_if_failed();
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

EventWriter::EventWriter(EventStore& store, Options options) : state_(std::make_unique<State>(store, options)) {
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

EventWriter::Ticket EventWriter::submit(EventBatch batch, Urgency urgency) {
  MutexLock lock{state_->mutex};
  state_->enqueue(batch);
  const Ticket ticket = state_->ticket_of_pending();
  if (urgency == Urgency::awaited && !state_->pending.empty()) state_->urgent = true;
  const bool wakes = state_->wakes_writer();
  lock.unlock();
  if (wakes) state_->work.notify_one();
  return ticket;
}

void EventWriter::wait(Ticket ticket) {
  const std::atomic<std::uint32_t>& word = state_->words[ticket % 2].done;
  // The words wrap around: compare by difference.
  const auto is_done = [ticket](std::uint32_t done) {
    return static_cast<std::int32_t>(done - static_cast<std::uint32_t>(ticket)) >= 0;
  };
  std::uint32_t done = word.load(std::memory_order_acquire);
  if (!is_done(done)) {
    MutexLock lock{state_->mutex};
    if (ticket > state_->taken) state_->urgent = true;
    const bool wakes = state_->wakes_writer();
    lock.unlock();
    if (wakes) state_->work.notify_one();
  }
  while (!is_done(done)) {
    word.wait(done, std::memory_order_acquire);
    done = word.load(std::memory_order_acquire);
  }
  if (ticket < state_->first_failed.load(std::memory_order_relaxed)) return;
  const MutexLock lock{state_->mutex};
  state_->throw_if_failed();
}

void EventWriter::flush() {
  Ticket last = 0;
  {
    const MutexLock lock{state_->mutex};
    last = state_->ticket_of_pending();
  }
  wait(last);
}

EventWriter::Waiting EventWriter::waiting() const {
  const MutexLock lock{state_->mutex};
  return {.for_rows = state_->sleep == State::Sleep::lingering, .for_room = state_->waiting_for_room};
}

}  // namespace crossfade::storage
