// Bodies of HTTP requests: a playback, and the rows that services log.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/core/json_text.h"
#include "platform/server/api/playback_request.h"
#include "platform/server/api/rows/row_request.h"

namespace {

// What was taken as an object is one, in as many bytes as it may have.
void require_object(const std::string& text) {
  if (text.empty()) return;
  const auto value = crossfade::parse_json(text);
  if (!value || value->object() == nullptr || text.size() > crossfade::server::kLongestObject) std::abort();
}

void require_sound(const crossfade::server::ParsedRows& parsed) {
  const auto* const rows = std::get_if<crossfade::service::ClientRows>(&parsed);
  if (rows == nullptr) return;
  const std::size_t count = rows->exposures.size() + rows->events.size() + rows->sessions.size();
  if (count == 0 || count != rows->ids.size() || count > crossfade::server::kMostRows) std::abort();
  for (const auto& one : rows->exposures) require_object(one.attributes);
  for (const auto& one : rows->events) require_object(one.properties);
  for (const auto& one : rows->sessions) require_object(one.properties);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crossfade::server;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  parse_playback("application/json", body);
  static const crossfade::KnownVariants known{{"k", {{1, {"control", "treatment"}}}}};
  constexpr crossfade::Timestamp now{1'796'119'200'000};  // 2026-12-01
  for (const char* const type : {"application/json", "application/x-ndjson"}) {
    const RowsBody rows{.content_type = type, .text = body, .now = now};
    require_sound(parse_exposures(rows, known));
    require_sound(parse_events(rows));
    require_sound(parse_sessions(rows));
  }
  return 0;
}
