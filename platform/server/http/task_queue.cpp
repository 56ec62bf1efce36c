#include "platform/server/http/task_queue.h"

#include <utility>

#include "platform/core/error.h"

namespace crossfade::server {

TaskQueue::TaskQueue(Options options) : options_(std::move(options)) {
  const MutexLock lock(mutex_);
  while (threads_ < options_.ready && start_thread()) {
  }
  if (threads_ == 0) throw Error::internal("cannot start a thread");
}

TaskQueue::~TaskQueue() {
  shutdown();
}

bool TaskQueue::start_thread() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, options_.stack_bytes);
  pthread_t thread{};
  const int failed = pthread_create(&thread, &attributes, &TaskQueue::thread_main, this);
  pthread_attr_destroy(&attributes);
  if (failed != 0) return false;
  ++threads_;
  ++idle_;
  return true;
}

void* TaskQueue::thread_main(void* self) {
  static_cast<TaskQueue*>(self)->work();
  return nullptr;
}

void TaskQueue::work() {
  MutexLock lock(mutex_);
  --idle_;
  for (;;) {
    if (!tasks_.empty()) {
      {
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        update_crowded();
        lock.unlock();
        task();
      }
      lock.lock();
      continue;
    }
    if (stopping_) break;
    ++idle_;
    const auto end = std::chrono::steady_clock::now() + options_.idle;
    while (!has_reason_to_wake() && changed_.wait_until(mutex_, end)) {
    }
    --idle_;
    if (!has_reason_to_wake() && threads_ > options_.ready) break;
  }
  --threads_;
  finished_.push_back(pthread_self());
  update_crowded();
  ended_.notify_all();
}

void TaskQueue::update_crowded() {
  crowded_.store(tasks_.size() > idle_ && threads_ >= options_.maximum, std::memory_order_relaxed);
}

void TaskQueue::enqueue(std::function<void()> task) {
  std::vector<pthread_t> finished;
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
    // Where the machine refuses a thread, the task waits for one of those that there are.
    if (tasks_.size() > idle_ && threads_ < options_.maximum) start_thread();
    update_crowded();
    finished.swap(finished_);
  }
  changed_.notify_one();
  for (const pthread_t thread : finished) pthread_join(thread, nullptr);
}

void TaskQueue::shutdown() {
  if (options_.before_shutdown) options_.before_shutdown();
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  while (threads_ > 0) ended_.wait(mutex_);
  std::vector<pthread_t> finished;
  finished.swap(finished_);
  lock.unlock();
  for (const pthread_t thread : finished) pthread_join(thread, nullptr);
}

std::size_t TaskQueue::threads() const {
  const MutexLock lock(mutex_);
  return threads_;
}

}  // namespace crossfade::server
