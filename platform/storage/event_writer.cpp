#include "platform/storage/event_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::storage {

namespace {

// A batch is named by its generation: they are written one after the other, 0, 1, 2, ...
using Generation = std::uint32_t;

std::size_t rows_of(const EventBatch& batch) {
  return batch.playbacks.size() + batch.sessions.size() + batch.exposures.size();
}

template <typename Row>
void move_rows(std::vector<Row>& from, std::vector<Row>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// Keeps the memory for the next batch.
void clear(EventBatch& batch) {
  batch.playbacks.clear();
  batch.sessions.clear();
  batch.exposures.clear();
}

}  // namespace

struct EventWriter::State {
  State(EventStore& to, Options how) : store(to), options(how) {}

  EventStore& store;
  const Options options;

  std::mutex mutex;
  std::condition_variable work;   // the writer waits for rows, or for a reason to write them now
  std::condition_variable space;  // submit waits for room
  // Guarded by mutex.
  EventBatch pending;
  Ticket submitted = 0;
  Ticket taken = 0;                                                // the last one of the batch that is being written
  Generation generation = 0;                                       // batches taken so far
  enum class Sleep { none, idle, lingering } sleep = Sleep::none;  // why the writer is on `work`
  bool urgent = false;                                             // somebody waits for `pending`
  bool stopping = false;
  std::optional<std::string> failure;

  std::atomic<Ticket> committed{0};
  // The number of batches done, once in each of two words: those who wait for a batch sleep on the word of its parity,
  // so that one wake reaches all of them and nobody else, and no mutex stands between them and their way on.
  struct alignas(64) Word {
    std::atomic<Generation> done{0};
  };
  std::array<Word, 2> words;

  // The thread's own.
  EventBatch writing;
  Ticket writing_to = 0;  // its last ticket
  Generation done = 0;
  bool failed = false;
  std::thread thread;

  void throw_if_failed() const {
    if (failure) throw Error::internal(*failure);
  }
  Ticket enqueue(EventBatch batch, std::unique_lock<std::mutex>& lock);
  Generation batch_of(Ticket ticket);
  void wait_for(Ticket ticket, Generation batch);
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
  taken = submitted;
  writing_to = submitted;
  ++generation;
  lock.unlock();
  space.notify_all();
  return true;
}

// Those who are about to submit go first: a commit costs as much as a dozen rows, and a batch of one is what a writer
// gets that always runs at once. Costs nothing where nobody else is ready to run.
void EventWriter::State::let_others_submit(std::unique_lock<std::mutex>& lock) {
  constexpr int at_most = 3;
  for (int i = 0; i < at_most; ++i) {
    const Ticket before = submitted;
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
    if (submitted == before) break;
  }
}

void EventWriter::State::write() {
  std::optional<std::string> error;
  if (!failed) {
    try {
      store.append(writing);
    } catch (const std::exception& exception) {
      error = exception.what();
    }
  }
  clear(writing);
  if (error) {
    failed = true;
    const std::scoped_lock lock{mutex};
    failure = error;
  }
  if (!failed) committed.store(writing_to, std::memory_order_release);
  ++done;
  Word& word = words[done % 2];
  word.done.store(done, std::memory_order_release);
  word.done.notify_all();
  if (error) space.notify_all();
}

// Adds to `pending`, when there is room; the lock is held before and after.
EventWriter::Ticket EventWriter::State::enqueue(EventBatch batch, std::unique_lock<std::mutex>& lock) {
  throw_if_failed();
  if (rows_of(pending) >= options.capacity) {
    space.wait(lock, [this] { return failure || rows_of(pending) < options.capacity; });
    throw_if_failed();
  }
  if (batch.empty()) return submitted;
  move_rows(batch.playbacks, pending.playbacks);
  move_rows(batch.sessions, pending.sessions);
  move_rows(batch.exposures, pending.exposures);
  return ++submitted;
}

// The number of batches that must be done for the ticket to be durable.
Generation EventWriter::State::batch_of(Ticket ticket) {
  if (ticket <= taken) return generation;
  urgent = true;
  return generation + 1;
}

bool EventWriter::State::is_due() const {
  return urgent || stopping || rows_of(pending) >= std::min(options.bulk_rows, options.capacity);
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

void EventWriter::State::wait_for(Ticket ticket, Generation batch) {
  const std::atomic<Generation>& word = words[batch % 2].done;
  // Generations wrap around: compare by difference.
  for (Generation now = word.load(std::memory_order_acquire); static_cast<std::int32_t>(now - batch) < 0;
       now = word.load(std::memory_order_acquire)) {
    word.wait(now, std::memory_order_acquire);
  }
  if (committed.load(std::memory_order_acquire) >= ticket) return;
  const std::scoped_lock lock{mutex};
  throw_if_failed();
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

EventWriter::Ticket EventWriter::submit(EventBatch batch) {
  std::unique_lock lock{state_->mutex};
  const Ticket ticket = state_->enqueue(std::move(batch), lock);
  state_->release(lock);
  return ticket;
}

void EventWriter::commit(EventBatch batch) {
  std::unique_lock lock{state_->mutex};
  const Ticket ticket = state_->enqueue(std::move(batch), lock);
  const Generation generation = state_->batch_of(ticket);
  state_->release(lock);
  state_->wait_for(ticket, generation);
}

void EventWriter::wait(Ticket ticket) {
  if (ticket <= state_->committed.load(std::memory_order_acquire)) return;
  std::unique_lock lock{state_->mutex};
  const Generation generation = state_->batch_of(ticket);
  state_->release(lock);
  state_->wait_for(ticket, generation);
}

void EventWriter::flush() {
  Ticket last = 0;
  {
    const std::scoped_lock lock{state_->mutex};
    last = state_->submitted;
  }
  wait(last);
}

}  // namespace crossfade::storage
