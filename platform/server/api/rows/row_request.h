#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "platform/core/configuration_history.h"
#include "platform/core/time.h"
#include "platform/service/client_log.h"

// The bodies by which services log: one object, a list of them, or NDJSON (application/x-ndjson), a row each. Every
// member but those named "required" may be left out; one that is not named is refused. One row that is wrong refuses
// all: the message says which ("[2]: ...", "line 3: ...").
namespace crossfade::server {

struct BadRows {
  std::string message;
};
using ParsedRows = std::variant<service::ClientRows, BadRows>;

inline constexpr std::size_t kMostRows = 10'000;          // of one request
inline constexpr std::size_t kLongestObject = 16 * 1024;  // bytes of a row's properties or attributes, without blanks

// Times that rows may have: what is older comes from another clock, or belongs into an import; what is a little ahead
// of our clock counts as now.
inline constexpr std::int64_t kOldestRowMs = 400 * kMsPerDay;
inline constexpr std::int64_t kRowAheadMs = 10LL * 60 * 1000;

struct RowsBody {
  std::string_view content_type;
  std::string_view text;
  Timestamp now;
};

// {"unit":"7","experiment":"k","variant":"treatment"} (required), "version" (the latest that is known), "at" (now),
// "id", "attributes". `known`: what may be named.
ParsedRows parse_exposures(const RowsBody& body, const KnownVariants& known);
// {"unit":"7","event":"purchase"} (required), "value" (1), "at" (now), "id", "properties".
ParsedRows parse_events(const RowsBody& body);
// {"unit":"7","started":"2026-12-01T10:00:00Z"} (required), "ended" (now), "items" (0), "time" (0), "id",
// "properties".
ParsedRows parse_sessions(const RowsBody& body);

}  // namespace crossfade::server
