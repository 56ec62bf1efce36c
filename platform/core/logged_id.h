#pragma once

#include <cstdint>
#include <string_view>

#include "platform/core/time.h"

namespace crossfade {

// What clients may give ids of their own to, so that it counts once however often it is sent. The numbers are stored;
// do not change.
enum class Logged : std::uint8_t {
  exposure = 1,
  event = 2,
  session = 3,
};

// What is remembered of an id that a client gave to something that it logged: a hash of 128 bits, so that it takes as
// much memory whatever its length. That two of a billion ids have the same one has a chance of 1 in 10^21.
struct LoggedId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  Timestamp at;  // when it came, by our clock

  bool operator==(const LoggedId&) const = default;
};

// For so long at least an id that comes again is known.
inline constexpr std::int64_t kIdsKeptMs = 7 * kMsPerDay;

// Ids of different kinds are different. SipHash-2-4 of 128 bits (Aumasson and Bernstein 2012) under a key of zeros, of
// the kind's number and the id. Stored; do not change.
LoggedId logged_id(Logged kind, std::string_view id, Timestamp at);

}  // namespace crossfade
