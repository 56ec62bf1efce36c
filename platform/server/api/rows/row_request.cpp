#include "platform/server/api/rows/row_request.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/metric.h"
#include "platform/server/api/rows/row_reader.h"
#include "platform/server/http/content_type.h"

namespace crossfade::server {
namespace {

constexpr std::array<std::string_view, 7> kExposure{"unit", "experiment", "variant",   "version",
                                                    "at",   "id",         "attributes"};
constexpr std::array<std::string_view, 6> kEvent{"unit", "event", "value", "at", "id", "properties"};
constexpr std::array<std::string_view, 7> kSession{"unit", "id", "started", "ended", "items", "time", "properties"};
constexpr std::int64_t kMostItems = 1'000'000'000;

// The time of a row, within what is allowed.
Timestamp time_of(const RowReader& row, std::string_view name, Timestamp now) {
  const Timestamp time = row.time(name);
  if (time.ms > now.ms + kRowAheadMs) {
    throw RowFault{fmt::format("\"{}\" is {}, it is {} here: want at most {} minutes ahead", name, to_string(time),
                               to_string(now), kRowAheadMs / 60'000)};
  }
  if (time.ms < now.ms - kOldestRowMs) {
    throw RowFault{
        fmt::format("\"{}\" is {}, want at most {} days ago", name, to_string(time), kOldestRowMs / kMsPerDay)};
  }
  return std::min(time, now);
}

Timestamp time_or_now(const RowReader& row, std::string_view name, Timestamp now) {
  return row.has(name) ? time_of(row, name, now) : now;
}

std::optional<LoggedId> id_of(const RowReader& row, Logged kind, Timestamp now) {
  if (!row.has("id")) return std::nullopt;
  return logged_id(kind, row.text("id", true), now);
}

std::string versions_of(const std::map<int, std::set<std::string>>& versions) {
  std::vector<int> numbers;
  for (const auto& [number, variants] : versions) numbers.push_back(number);
  return fmt::format("{}", fmt::join(numbers, ", "));
}

// Sets the version where the row has none.
void name_variant(const RowReader& row, const KnownVariants& known, Exposure& exposure) {
  const auto experiment = known.find(exposure.experiment);
  if (experiment == known.end()) {
    std::vector<std::string> keys;
    for (const auto& [key, versions] : known) keys.push_back(key);
    const std::string near = nearest_name(exposure.experiment, keys);
    throw RowFault{fmt::format("\"experiment\" is \"{}\", which no configuration has had{}", exposure.experiment,
                               near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near))};
  }
  const auto& versions = experiment->second;
  exposure.version = versions.rbegin()->first;
  if (row.has("version")) {
    exposure.version = static_cast<int>(row.whole_number("version", 1, std::numeric_limits<int>::max()));
  }
  const auto version = versions.find(exposure.version);
  if (version == versions.end()) {
    throw RowFault{fmt::format("\"version\" is {}, want one that {} has had: {}", exposure.version, exposure.experiment,
                               versions_of(versions))};
  }
  if (!version->second.contains(exposure.variant)) {
    throw RowFault{fmt::format("\"variant\" is \"{}\", want one of version {} of {}: {}", exposure.variant,
                               exposure.version, exposure.experiment, fmt::join(version->second, ", "))};
  }
}

bool is_lines(std::string_view content_type) {
  return content_type.substr(0, content_type.find_first_of("; ")) == "application/x-ndjson";
}

// `row` makes one of what the reader has read.
ParsedRows parse(const RowsBody& body, std::span<const std::string_view> names, std::string_view what,
                 const std::function<void(const RowReader&, service::ClientRows&)>& row) {
  const bool lines = is_lines(body.content_type);
  if (!lines) {
    if (auto wrong = not_json(body.content_type, body.text)) return BadRows{*std::move(wrong)};
  }
  service::ClientRows rows{.ids = {}, .at = body.now};
  RowReader reader(names);
  try {
    read_rows(body.text, lines, what, kMostRows, reader, [&] { row(reader, rows); });
  } catch (RowFault& fault) {
    return BadRows{std::move(fault.message)};
  }
  return rows;
}

}  // namespace

ParsedRows parse_exposures(const RowsBody& body, const KnownVariants& known) {
  return parse(body, kExposure, "exposure", [&](const RowReader& row, service::ClientRows& rows) {
    Exposure exposure{.unit = {row.text("unit", true)},
                      .experiment = row.text("experiment", false),
                      .variant = row.text("variant", false),
                      .first_seen = time_or_now(row, "at", body.now),
                      .attributes = row.object("attributes", kLongestObject)};
    name_variant(row, known, exposure);
    rows.ids.push_back(id_of(row, Logged::exposure, body.now));
    rows.exposures.push_back(std::move(exposure));
  });
}

ParsedRows parse_events(const RowsBody& body) {
  return parse(body, kEvent, "event", [&](const RowReader& row, service::ClientRows& rows) {
    CustomEvent event{.unit = {row.text("unit", true)},
                      .name = row.text("event", false),
                      .at = time_or_now(row, "at", body.now),
                      .properties = row.object("properties", kLongestObject)};
    if (row.has("value")) event.value = row.number("value", -kLargestValue, kLargestValue);
    rows.ids.push_back(id_of(row, Logged::event, body.now));
    rows.events.push_back(std::move(event));
  });
}

ParsedRows parse_sessions(const RowsBody& body) {
  return parse(body, kSession, "session", [&](const RowReader& row, service::ClientRows& rows) {
    Session session{.id = {},
                    .unit = {row.text("unit", true)},
                    .latency_ms = std::nullopt,
                    .started = time_of(row, "started", body.now),
                    .ended = time_or_now(row, "ended", body.now),
                    .properties = row.object("properties", kLongestObject)};
    if (session.ended < session.started) throw RowFault{"\"ended\" is before \"started\", want it later"};
    if (row.has("items")) session.tracks = static_cast<std::int32_t>(row.whole_number("items", 0, kMostItems));
    if (row.has("time")) session.time = row.number("time", 0, kLargestValue);
    rows.ids.push_back(id_of(row, Logged::session, body.now));
    rows.sessions.push_back(std::move(session));
  });
}

}  // namespace crossfade::server
