#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <thread>
#include <unordered_map>

#include "platform/core/mutex.h"
#include "platform/server/http/connection.h"

namespace crossfade::server {

// The connections of one server, and those among them that wait without a thread: for a request, for the rest of one,
// or for a client to take an answer. One thread watches all of these, so that a thousand silent ones cost no more than
// their memory. Thread-safe.
class OpenConnections {
 public:
  using Owned = std::unique_ptr<Connection>;
  struct Options {
    // Gets a connection that has what it waits for; must be quick.
    std::function<void(Owned)> on_ready;

    // Called every tenth of a second.
    std::function<void()> on_tick;
  };

  explicit OpenConnections(Options options);
  ~OpenConnections();  // none may be open any more
  OpenConnections(const OpenConnections&) = delete;
  OpenConnections& operator=(const OpenConnections&) = delete;

  // Watches it until it is ready, or ends it at its deadline.
  void park(Owned connection);
  // Ends one that waits, if there is one: those that are over first, then between two requests, then in the middle of
  // one, the longest of each.
  void make_room();
  // From now on no further request is read; connections between two requests end at once.
  void drain();
  bool draining() const { return draining_.load(); }
  // Breaks those that are left, whatever they do.
  void abort();
  // Returns when none is left.
  void wait_until_none();
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  friend class Connection;

  using Place = std::list<Connection*>::iterator;
  using Parked = std::unordered_map<int, Owned>;  // by descriptor
  Place add(Connection& connection);
  void remove(Place place);
  void watch();
  // Takes it out of those that are watched.
  Owned take(Parked::iterator parked) CROSSFADE_REQUIRES(parking_);
  void end_late_ones();

  const Options options_;
  const int poll_;
  const int wake_;
  Mutex parking_;
  Parked parked_ CROSSFADE_GUARDED_BY(parking_);
  Mutex mutex_;
  Condition removed_;
  std::list<Connection*> connections_ CROSSFADE_GUARDED_BY(mutex_);
  std::atomic<std::size_t> size_ = 0;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace crossfade::server
