#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

inline constexpr std::int64_t kMsPerDay = 86'400'000;

// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Timestamp {
  std::int64_t ms = 0;

  auto operator<=>(const Timestamp&) const = default;
};

// The UTC day that holds the time, in days since 1970-01-01.
constexpr std::int64_t utc_day(Timestamp time) {
  return time.ms / kMsPerDay - (time.ms % kMsPerDay < 0 ? 1 : 0);
}

// a + b and a - b; the nearest end of the range where that lies beyond it: a store may hold any time.
constexpr std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}
constexpr std::int64_t saturated_difference(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

// Times that events may have, 1990 to 2100: others are of another unit. No door lets them in.
inline constexpr Timestamp kEarliest{631'152'000'000};
inline constexpr Timestamp kLatest{4'102'444'800'000};  // below it
constexpr bool is_plausible(Timestamp time) {
  return time >= kEarliest && time < kLatest;
}
// Why it is not: "is in the year 55840: microseconds? want a time between 1990 and 2100".
std::string implausible(Timestamp time);

// "2026-01-05T00:00:00.000Z" (ISO 8601, UTC, always with milliseconds).
std::string to_string(Timestamp time);

// Reads "2026-01-05" (midnight UTC) and "2026-01-05T10:00[:00[.123]]" with "Z", "+02:00" or nothing (UTC) behind it;
// nothing when the text is no such time.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// Where the time comes from. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

}  // namespace crossfade
