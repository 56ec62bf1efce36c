#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/time.h"

namespace crossfade::storage {

enum class ExclusionKind : std::uint8_t {
  event,    // a custom event, by its id
  session,  // a session with its playbacks, by its id
  unit,     // all that there is of a unit
  before,   // whatever happened before a time: exposures first seen then, sessions begun, playbacks, custom events
  after,    // the same at the time or after it
};

// Rows that every analysis leaves out. They stay in the store, and count again when the exclusion is undone.
struct Exclusion {
  std::int64_t id = 0;  // given by the store
  ExclusionKind kind = ExclusionKind::event;
  std::int64_t number = 0;  // id of the event or session, or the time in ms
  UnitId unit;              // of a unit's
  std::string why;
  Timestamp at;
  std::optional<Timestamp> undone;

  bool operator==(const Exclusion&) const = default;
};

// When anything was excluded last, or counted again; the beginning of time where nothing was.
inline Timestamp last_change(const std::vector<Exclusion>& exclusions) {
  Timestamp last{0};
  for (const Exclusion& one : exclusions) last = std::max({last, one.at, one.undone.value_or(one.at)});
  return last;
}

}  // namespace crossfade::storage
