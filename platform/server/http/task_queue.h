#pragma once

#include <httplib.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace crossfade::server {

// Threads for httplib, which keeps one busy for as long as a connection is open: as many as there are connections, up
// to a maximum, so that an idle connection never keeps another one waiting. Thread-safe.
class TaskQueue final : public httplib::TaskQueue {
 public:
  struct Options {
    std::size_t ready = 8;                 // threads that exist from the start and never end
    std::size_t maximum = 1024;            // threads at all; connections beyond it wait
    std::chrono::milliseconds idle{2000};  // a thread beyond the ready ones that had nothing to do for so long ends
    // Pages are allocated as they are touched. Enough for an analysis; httplib's regular expressions would need
    // megabytes for a long header, see Connection::receive_head.
    std::size_t stack_bytes = std::size_t{512} * 1024;
    // Called, from any thread and never under a lock, while connections wait for a thread: make one free.
    std::function<void()> on_crowded = nullptr;
  };

  explicit TaskQueue(Options options);
  ~TaskQueue() override;
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;

  void enqueue(std::function<void()> task) override;
  // Returns when all tasks are done, those that wait included.
  void shutdown() override;
  void on_idle() override;

  // Are there tasks that wait because all threads are busy and no further one is allowed?
  bool crowded() const { return crowded_.load(std::memory_order_relaxed); }
  std::size_t threads() const;

 private:
  static void* thread_main(void* self);
  void work();
  bool start_thread();  // under the lock
  void update_crowded();

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;             // of them; includes those that begin or were woken, and do not run yet
  std::vector<pthread_t> finished_;  // to be joined
  bool stopping_ = false;
  std::condition_variable ended_;
  std::atomic<bool> crowded_ = false;
};

}  // namespace crossfade::server
