#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "platform/core/logged_id.h"

namespace crossfade::service {

// A set of ids in one piece of memory: 16 bytes each, at most three quarters of the places taken. Not thread-safe.
class IdSet {
 public:
  bool contains(const LoggedId& id) const;
  // False: it was there.
  bool add(const LoggedId& id);
  void remove(const LoggedId& id);
  std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::uint64_t high = 0;
    std::uint64_t low = 0;  // 0: free
    bool operator==(const Entry&) const = default;
  };
  static Entry entry_of(const LoggedId& id) { return {.high = id.high, .low = id.low == 0 ? 1 : id.low}; }
  // Where it is, or would be.
  std::size_t place_of(const Entry& entry) const;
  void grow();

  std::vector<Entry> entries_;  // a power of two of them
  std::size_t size_ = 0;
};

// The ids that came in the last days, a set a day (UTC), so that a day that is over is let go as a whole: an id is
// known for kIdsKeptMs at least, and for a day more at most. Not thread-safe.
class LoggedIds {
 public:
  // False: it was there.
  bool add(const LoggedId& id);
  void remove(const LoggedId& id);
  // Lets the days go that ended kIdsKeptMs before `now` or earlier.
  void forget(Timestamp now);
  std::size_t size() const;

 private:
  struct Day {
    std::int64_t number = 0;  // since 1970
    IdSet ids;
  };
  std::deque<Day> days_;  // ascending
};

}  // namespace crossfade::service
