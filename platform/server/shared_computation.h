#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace crossfade::server {

// Something costly that many ask for at the same time: it is computed by one of them at a time, and those who wait
// meanwhile share the next result. Nobody gets a result that was begun before he asked. Thread-safe.
template <typename T>
class SharedComputation {
 public:
  explicit SharedComputation(std::function<T()> compute) : compute_(std::move(compute)) {}

  // shared: the callers of one round hold the same value. Throws what the computation threw.
  std::shared_ptr<const T> get() {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = begun_ + 1;
    changed_.wait(lock, [&] { return !running_ || finished_ >= wanted; });
    if (finished_ < wanted) run(lock);
    if (error_) std::rethrow_exception(error_);
    return value_;
  }

 private:
  void run(std::unique_lock<std::mutex>& lock) {
    running_ = true;
    const std::uint64_t round = ++begun_;
    lock.unlock();
    std::shared_ptr<const T> value;
    std::exception_ptr error;
    try {
      value = std::make_shared<const T>(compute_());
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    value_ = std::move(value);
    error_ = error;
    finished_ = round;
    running_ = false;
    changed_.notify_all();
  }

  const std::function<T()> compute_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t begun_ = 0;
  std::uint64_t finished_ = 0;
  bool running_ = false;
  std::shared_ptr<const T> value_;
  std::exception_ptr error_;
};

}  // namespace crossfade::server
