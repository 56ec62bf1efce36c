#include "platform/storage/contract/event_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::storage {

struct EventWriter::State {
  State(EventStore& to, Options how) : store(to), options(how) {}

  EventStore& store;
  const Options options;

  std::mutex mutex;
  std::condition_variable work;   // the writer waits for rows, or for a reason to write them now
  std::condition_variable space;  // submit waits for room
  // Guarded by mutex.
  EventBatch pending;
  Ticket taken = 0;  // batches that the writer has taken so far; `pending` will be number taken + 1
  enum class Sleep { none, idle, lingering } sleep = Sleep::none;  // why the writer is on `work`
  bool urgent = false;                                             // somebody waits for `pending`
  bool stopping = false;
  std::optional<std::string> failure;

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

  void throw_if_failed() const {
    if (failure) throw Error::internal(*failure);
  }
  void enqueue(EventBatch& batch, std::unique_lock<std::mutex>& lock);
  Ticket ticket_of_pending() const { return taken + (pending.empty() ? 0 : 1); }
  bool is_due() const;
  void release(std::unique_lock<std::mutex>& lock);
  void run();
  bool take();
  void let_others_submit(std::unique_lock<std::mutex>& lock);
  void write();
};

void EventWriter::State::run() {
  while (take()) write();
}

// Fills `writing`; false when there will be nothing any more.
bool EventWriter::State::take() {
  std::unique_lock lock{mutex};
  while (pending.empty()) {
    if (stopping) return false;
    sleep = Sleep::idle;
    work.wait(lock, [this] { return !pending.empty() || stopping; });
  }
  if (!is_due()) {
    sleep = Sleep::lingering;
    work.wait_for(lock, options.linger, [this] { return is_due(); });
  }
  sleep = Sleep::none;
  if (urgent) let_others_submit(lock);
  urgent = false;
  std::swap(pending, writing);
  ++taken;
  lock.unlock();
  space.notify_all();
  return true;
}

// Those who are about to submit go first: a commit costs as much as a dozen rows, and a batch of one is what a writer
// gets that always runs at once. Costs nothing where nobody else is ready to run.
void EventWriter::State::let_others_submit(std::unique_lock<std::mutex>& lock) {
  constexpr int at_most = 3;
  for (int i = 0; i < at_most; ++i) {
    const std::size_t before = pending.rows();
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
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
    const std::scoped_lock lock{mutex};
    failure = error;
  }
  std::atomic<std::uint32_t>& word = words[done % 2].done;
  word.store(static_cast<std::uint32_t>(done), std::memory_order_release);
  word.notify_all();
  if (error) space.notify_all();
}

// Adds to `pending` when there is room; the lock is held before and after.
void EventWriter::State::enqueue(EventBatch& batch, std::unique_lock<std::mutex>& lock) {
  throw_if_failed();
  if (pending.rows() >= options.capacity) {
    space.wait(lock, [this] { return failure || pending.rows() < options.capacity; });
    throw_if_failed();
  }
  pending.take(batch);
}

bool EventWriter::State::is_due() const {
  return urgent || stopping || pending.rows() >= std::min(options.bulk_rows, options.capacity);
}

// Unlocks, and wakes the writer if it sleeps and has a reason to go on: after the unlock, or it would wake to a held
// mutex.
void EventWriter::State::release(std::unique_lock<std::mutex>& lock) {
  const bool wakes =
      (sleep == Sleep::idle && (stopping || !pending.empty())) || (sleep == Sleep::lingering && is_due());
  if (wakes) sleep = Sleep::none;
  lock.unlock();
  if (wakes) work.notify_one();
}

EventWriter::EventWriter(EventStore& store, Options options) : state_(std::make_unique<State>(store, options)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

EventWriter::~EventWriter() {
  {
    std::unique_lock lock{state_->mutex};
    state_->stopping = true;
    state_->release(lock);
  }
  state_->thread.join();
}

EventWriter::Ticket EventWriter::submit(EventBatch batch, Urgency urgency) {
  std::unique_lock lock{state_->mutex};
  state_->enqueue(batch, lock);
  const Ticket ticket = state_->ticket_of_pending();
  if (urgency == Urgency::awaited && !state_->pending.empty()) state_->urgent = true;
  state_->release(lock);
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
    std::unique_lock lock{state_->mutex};
    if (ticket > state_->taken) state_->urgent = true;
    state_->release(lock);
  }
  while (!is_done(done)) {
    word.wait(done, std::memory_order_acquire);
    done = word.load(std::memory_order_acquire);
  }
  if (ticket < state_->first_failed.load(std::memory_order_relaxed)) return;
  const std::scoped_lock lock{state_->mutex};
  state_->throw_if_failed();
}

void EventWriter::flush() {
  Ticket last = 0;
  {
    const std::scoped_lock lock{state_->mutex};
    last = state_->ticket_of_pending();
  }
  wait(last);
}

}  // namespace crossfade::storage
