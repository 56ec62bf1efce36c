#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Locks that are checked: clang's thread-safety analysis, which script/test runs by clang-tidy, reads these words and
// refuses whoever touches a guarded member without its mutex. To g++ they are nothing. What a lambda does is judged
// apart from the function around it, and neither constructors nor destructors are judged at all: others know no object
// then.
#ifdef __clang__
#define CROSSFADE_THREAD_ATTRIBUTE(word) __attribute__((word))
#else
#define CROSSFADE_THREAD_ATTRIBUTE(word)
#endif

// Of a member: read and written under the mutex only. The second: what the pointer points to.
#define CROSSFADE_GUARDED_BY(mutex) CROSSFADE_THREAD_ATTRIBUTE(guarded_by(mutex))
#define CROSSFADE_PT_GUARDED_BY(mutex) CROSSFADE_THREAD_ATTRIBUTE(pt_guarded_by(mutex))
// Of a mutex: where both are taken, this one is taken first.
#define CROSSFADE_ACQUIRED_BEFORE(...) CROSSFADE_THREAD_ATTRIBUTE(acquired_before(__VA_ARGS__))
// Of a function: its callers hold the mutex, or must not.
#define CROSSFADE_REQUIRES(...) CROSSFADE_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define CROSSFADE_EXCLUDES(...) CROSSFADE_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
// Of a function: it takes the mutex, or releases it.
#define CROSSFADE_ACQUIRE(...) CROSSFADE_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define CROSSFADE_RELEASE(...) CROSSFADE_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
// Of a class: it is a mutex, or holds one from its constructor to its destructor.
#define CROSSFADE_CAPABILITY CROSSFADE_THREAD_ATTRIBUTE(capability("mutex"))
#define CROSSFADE_SCOPED_CAPABILITY CROSSFADE_THREAD_ATTRIBUTE(scoped_lockable)

namespace crossfade {

// std::mutex with the words above. The only mutex of the rooms: tests/architecture says so.
class CROSSFADE_CAPABILITY Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Where a scope cannot say it: in a function that requires the mutex and lets others have it for a while.
  void lock() CROSSFADE_ACQUIRE() { mutex_.lock(); }
  void unlock() CROSSFADE_RELEASE() { mutex_.unlock(); }

 private:
  friend class Condition;

  std::mutex mutex_;
};

// Holds a mutex for the length of a scope, or of parts of it.
class CROSSFADE_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) CROSSFADE_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() CROSSFADE_RELEASE() {
    if (held_) mutex_.unlock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void unlock() CROSSFADE_RELEASE() {
    held_ = false;
    mutex_.unlock();
  }
  void lock() CROSSFADE_ACQUIRE() {
    mutex_.lock();
    held_ = true;
  }

 private:
  Mutex& mutex_;
  bool held_ = true;
};

// What threads wait for, std::condition_variable on a Mutex. There is no wait for a predicate: its lambda would be
// judged without the mutex that it runs under. Wait in a loop, for a thread may wake without a reason.
class Condition {
 public:
  void wait(Mutex& mutex) CROSSFADE_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when the time has come; true when woken before, with a reason or without.
  bool wait_until(Mutex& mutex, std::chrono::steady_clock::time_point time) CROSSFADE_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const bool woken = condition_.wait_until(lock, time) == std::cv_status::no_timeout;
    lock.release();
    return woken;
  }

  void notify_one() noexcept { condition_.notify_one(); }
  void notify_all() noexcept { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace crossfade
