#include "platform/import/botify_line.h"

#include <algorithm>
#include <array>
#include <limits>

#include "platform/core/time.h"
#include "platform/import/json_members.h"

namespace crossfade::imports {

namespace {

using Kind = JsonValue::Kind;

enum Field : std::uint8_t { message, timestamp, user, track, time, latency, recommendation, experiments };
constexpr std::array<std::string_view, 8> kFields{"message", "timestamp", "user",           "track",
                                                  "time",    "latency",   "recommendation", "experiments"};
constexpr double kLongestLatency = 86'400;  // seconds
constexpr std::array kRequired{message, timestamp, user, track, time};

bool is_number(const JsonValue& value) {
  return value.kind == Kind::integer || value.kind == Kind::number;
}

// `time is 1.5, want a number from 0 to 1`
void add_fault(const JsonValue& value, std::string_view field, std::string_view want, LineFaults& faults) {
  constexpr std::size_t kMostShown = 40;  // bytes
  std::string text(value.raw.substr(0, kMostShown));
  if (value.raw.size() > kMostShown) {
    // Not inside a character.
    const auto goes_on = [&value](std::size_t i) { return (static_cast<unsigned char>(value.raw[i]) & 0xC0) == 0x80; };
    while (goes_on(text.size())) text.pop_back();
    text += "...";
  }
  faults.add(value.at, std::string(field) + " is " + text + ", want " + std::string(want));
}

std::uint32_t track_of(const JsonValue& value, std::string_view field, LineFaults& faults) {
  if (value.kind == Kind::integer && value.integer >= 0 && value.integer <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(value.integer);
  }
  add_fault(value, field, "an integer from 0 to 4294967295", faults);
  return 0;
}

void read_field(Field field, const JsonValue& value, BotifyLine& line, LineFaults& faults) {
  const std::string_view name = kFields[field];
  switch (field) {
    case message:
      line.is_last = value.string == "last";
      if (!line.is_last && value.string != "next") add_fault(value, name, "\"next\" or \"last\"", faults);
      break;
    case timestamp:
      line.timestamp_ms = value.integer;
      if (value.kind != Kind::integer || value.integer < 0) {
        add_fault(value, name, "milliseconds since 1970, an integer", faults);
      } else if (!is_plausible({value.integer})) {
        faults.add(value.at, std::string(name) + " " + std::string(value.raw) + " " + implausible({value.integer}));
      }
      break;
    case user:
      line.user = value.kind == Kind::string ? value.string : value.raw;
      if (value.kind != Kind::string && value.kind != Kind::integer) {
        add_fault(value, name, "an integer of 64 bits or a string", faults);
      }
      break;
    case track:
      line.track = track_of(value, name, faults);
      break;
    case time:
      line.time = value.number;
      if (!is_number(value) || value.number < 0 || value.number > 1) {
        add_fault(value, name, "a number from 0 to 1", faults);
      }
      break;
    case latency:
      if (value.kind == Kind::null) break;
      if (!is_number(value) || value.number > kLongestLatency) {
        add_fault(value, name, "seconds up to 86400, or null", faults);
      }
      line.latency_was_negative = value.number < 0;
      line.latency_s = std::max(value.number, 0.0);
      break;
    case recommendation:
      if (value.kind != Kind::null) line.recommendation = track_of(value, name, faults);
      break;
    case experiments:
      if (value.kind == Kind::null) break;
      line.experiments = value.raw;
      line.experiments_column = value.at + 1;
      if (value.kind != Kind::object) add_fault(value, name, "an object of variants by experiment", faults);
      break;
  }
}

}  // namespace

std::optional<BotifyLine> read_botify_line(std::string_view text, std::size_t number, files::FileFaults& all) {
  const std::size_t before = all.size();
  LineFaults faults{.faults = all, .line = number};
  BotifyLine line;
  line.number = number;
  std::array<bool, kFields.size()> seen{};
  const bool is_object = for_each_json_member(text, faults, [&](const JsonMember& member) {
    const auto* const name = std::ranges::find(kFields, member.key);
    if (name == kFields.end()) return;
    const auto field = static_cast<Field>(name - kFields.begin());
    if (seen[field]) faults.add(member.at, "a second " + std::string(*name) + ", want one");
    seen[field] = true;
    read_field(field, member.value, line, faults);
  });
  for (const Field field : kRequired) {
    if (is_object && !seen[field]) faults.add(0, "no " + std::string(kFields[field]) + ", want one");
  }
  return all.size() == before ? std::optional(std::move(line)) : std::nullopt;
}

std::optional<std::vector<BotifyVariant>> read_botify_experiments(const BotifyLine& line, files::FileFaults& all) {
  std::vector<BotifyVariant> variants;
  if (line.experiments.empty()) return variants;
  const std::size_t before = all.size();
  LineFaults faults{.faults = all, .line = line.number, .first_column = line.experiments_column};
  for_each_json_member(line.experiments, faults, [&](const JsonMember& member) {
    const std::string experiment(member.key);
    if (member.value.kind != Kind::string) {
      add_fault(member.value, "the variant of " + experiment, "a string", faults);
    }
    const auto is_same = [&](const BotifyVariant& other) { return other.experiment == experiment; };
    if (std::ranges::any_of(variants, is_same)) {
      faults.add(member.at, "a second variant of " + experiment + ", want one");
    }
    variants.push_back({experiment, std::string(member.value.string)});
  });
  return all.size() == before ? std::optional(std::move(variants)) : std::nullopt;
}

}  // namespace crossfade::imports
