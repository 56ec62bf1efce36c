#pragma once

#include <httplib.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <vector>

#include "platform/core/mutex.h"

namespace crossfade::server {

// Threads for httplib: as many as there are tasks under way, up to a maximum. Thread-safe.
class TaskQueue final : public httplib::TaskQueue {
 public:
  struct Options {
    // Threads that exist from the start and never end.
    std::size_t ready = 8;

    // Threads at all; tasks beyond it wait.
    std::size_t maximum = 256;

    // A thread beyond the ready ones that had nothing to do for so long ends.
    std::chrono::milliseconds idle{2000};

    // Of each thread. Pages are allocated as they are touched. httplib's regular expressions would need megabytes for a
    // long header, see Connection::receive.
    std::size_t stack_bytes = std::size_t{512} * 1024;

    // Called first by shutdown: returns when nothing will add a task any more.
    std::function<void()> before_shutdown = nullptr;
  };

  explicit TaskQueue(Options options);
  ~TaskQueue() override;
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;

  void enqueue(std::function<void()> task) override;
  // Returns when all tasks are done, those that wait included.
  void shutdown() override;

  // Are there tasks that wait because all threads are busy and no further one is allowed?
  bool crowded() const { return crowded_.load(std::memory_order_relaxed); }
  std::size_t threads() const;

 private:
  static void* thread_main(void* self);
  void work();
  bool start_thread() CROSSFADE_REQUIRES(mutex_);
  bool has_reason_to_wake() const CROSSFADE_REQUIRES(mutex_) { return !tasks_.empty() || stopping_; }
  void update_crowded() CROSSFADE_REQUIRES(mutex_);

  const Options options_;
  mutable Mutex mutex_;
  Condition changed_;
  Condition ended_;
  std::deque<std::function<void()>> tasks_ CROSSFADE_GUARDED_BY(mutex_);
  std::size_t threads_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  // Of the threads; includes those that begin or were woken, and do not run yet.
  std::size_t idle_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::vector<pthread_t> finished_ CROSSFADE_GUARDED_BY(mutex_);  // to be joined
  bool stopping_ CROSSFADE_GUARDED_BY(mutex_) = false;
  std::atomic<bool> crowded_ = false;
};

}  // namespace crossfade::server
