// Bodies of HTTP requests: a playback, and events.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/server/api/event_request.h"
#include "platform/server/api/playback_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  crossfade::server::parse_playback("application/json", body);
  crossfade::server::parse_events("application/json", body, {});
  return 0;
}
