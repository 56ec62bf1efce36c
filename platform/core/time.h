#pragma once

#include <compare>
#include <cstdint>
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
  return time.ms >= 0 ? time.ms / kMsPerDay : (time.ms - kMsPerDay + 1) / kMsPerDay;
}

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
