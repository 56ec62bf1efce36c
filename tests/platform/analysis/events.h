#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/core/events.h"

namespace crossfade::analysis::test {

// A session of one second that ended as one wanted.
inline Session session_of(std::int64_t id, const std::string& unit, std::int64_t at, double time) {
  return {.id = {id},
          .unit = {unit},
          .tracks = static_cast<std::int32_t>(std::ceil(time)) + 2,
          .time = time,
          .latency_ms = std::nullopt,
          .end = SessionEnd::last,
          .started = {at},
          .ended = {at + 1000}};
}

}  // namespace crossfade::analysis::test
