#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "platform/core/events.h"
#include "platform/core/ids.h"
#include "platform/core/random.h"

namespace crossfade::service {

struct HashUnit {
  std::size_t operator()(const UnitId& unit) const noexcept { return key_of(unit.value); }
};

// The latest listens of units, newest first, over all their sessions. Not thread-safe.
class ListeningHistories {
 public:
  // How many are kept.
  struct Bounds {
    std::size_t listens = 0;  // of each unit; 0: none
    std::size_t units = 0;    // beyond them the half of the units whose latest listen is oldest is forgotten

    bool operator==(const Bounds&) const = default;
  };
  // What is kept already stays, as far as there is room.
  void set_bounds(Bounds bounds);

  // What `add` has changed.
  struct Before {
    bool added = false;
    std::optional<Listen> dropped;  // the oldest, where there was no room for one more
  };
  // Returns the unit's listens, the new one first; empty where none are kept. Until the next change.
  std::span<const Listen> add(const UnitId& unit, const Listen& listen, Before& before);
  // What `add` would return, without adding.
  std::vector<Listen> with(const UnitId& unit, const Listen& listen) const;
  // Of several, the latest is undone first.
  void undo(const UnitId& unit, const Before& before);

  // Puts behind the unit's listens those that a store knows, newest first: it may know some of them, too.
  void extend(const UnitId& unit, std::span<const Listen> stored);

 private:
  void forget_some();

  Bounds bounds_;
  std::unordered_map<UnitId, std::vector<Listen>, HashUnit> listens_;
};

}  // namespace crossfade::service
