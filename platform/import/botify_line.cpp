#include "platform/import/botify_line.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace crossfade::imports {

namespace {

enum Field : std::uint8_t { message, timestamp, user, track, time, latency, recommendation, experiments };
constexpr std::array<std::string_view, 8> kFields{"message", "timestamp", "user",           "track",
                                                  "time",    "latency",   "recommendation", "experiments"};
constexpr std::array kRequired{message, timestamp, user, track, time};

using Faults = std::vector<files::JsonFault>;

// `time is 1.5, want a number from 0 to 1`
void add_fault(const files::JsonValue& value, std::string_view field, std::string_view want, Faults& faults) {
  constexpr std::size_t shown = 40;
  std::string text(value.text.substr(0, shown));
  if (value.text.size() > shown) text += "...";
  faults.push_back({value.column, std::string(field) + " is " + text + ", want " + std::string(want)});
}

std::uint32_t track_of(const files::JsonValue& value, std::string_view field, Faults& faults) {
  const auto number = value.integer();
  if (number && *number >= 0 && *number <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(*number);
  }
  add_fault(value, field, "an integer from 0 to 4294967295", faults);
  return 0;
}

void read_field(Field field, const files::JsonValue& value, BotifyLine& line, Faults& faults) {
  const std::string_view name = kFields[field];
  switch (field) {
    case message: {
      const auto text = value.plain_string();
      line.is_last = text == "last";
      if (!line.is_last && text != "next") add_fault(value, name, "\"next\" or \"last\"", faults);
      break;
    }
    case timestamp: {
      const auto ms = value.integer();
      line.timestamp_ms = ms.value_or(0);
      if (!ms || *ms < 0) add_fault(value, name, "milliseconds since 1970, an integer", faults);
      break;
    }
    case user:
      line.user = value;
      if (!value.integer() && !value.string()) add_fault(value, name, "an integer of 64 bits or a string", faults);
      break;
    case track:
      line.track = track_of(value, name, faults);
      break;
    case time: {
      const auto fraction = value.number();
      line.time = fraction.value_or(0);
      if (!fraction || *fraction < 0 || *fraction > 1) add_fault(value, name, "a number from 0 to 1", faults);
      break;
    }
    case latency:
      if (value.kind == files::JsonValue::Kind::null) break;
      line.latency_s = value.number();
      if (!line.latency_s || *line.latency_s < 0) add_fault(value, name, "seconds, at least 0, or null", faults);
      break;
    case recommendation:
      if (value.kind != files::JsonValue::Kind::null) line.recommendation = track_of(value, name, faults);
      break;
    case experiments:
      line.experiments = value;
      if (value.kind != files::JsonValue::Kind::null && value.kind != files::JsonValue::Kind::object) {
        add_fault(value, name, "an object of variants by experiment", faults);
      }
      break;
  }
}

}  // namespace

BotifyLine read_botify_line(std::string_view text, Faults& faults) {
  BotifyLine line;
  std::array<bool, kFields.size()> seen{};
  try {
    files::JsonObject object{text};
    while (const auto member = object.next()) {
      const auto* const name = std::ranges::find(kFields, member->key);
      if (name == kFields.end()) continue;
      const auto field = static_cast<Field>(name - kFields.begin());
      if (seen[field]) faults.push_back({member->column, "a second " + std::string(*name) + ", want one"});
      seen[field] = true;
      read_field(field, member->value, line, faults);
    }
  } catch (const files::JsonFault& fault) {
    faults.push_back(fault);
    return line;
  }
  for (const Field field : kRequired) {
    if (!seen[field]) faults.push_back({1, "no " + std::string(kFields[field]) + ", want one"});
  }
  return line;
}

std::vector<BotifyVariant> read_botify_experiments(const files::JsonValue& value, Faults& faults) {
  std::vector<BotifyVariant> variants;
  if (value.kind != files::JsonValue::Kind::object) return variants;
  files::JsonObject object{value.text, value.column};
  while (const auto member = object.next()) {
    const files::JsonValue key{.kind = files::JsonValue::Kind::string,
                               .text = {member->key.data() - 1, member->key.size() + 2},  // with its quotes
                               .column = member->column};
    const auto experiment = key.string();
    const auto variant = member->value.string();
    if (!experiment) add_fault(key, "a key of experiments", "a name", faults);
    if (!variant) add_fault(member->value, "the variant of " + std::string(member->key), "a string", faults);
    const auto is_same = [&](const BotifyVariant& other) { return other.experiment == experiment; };
    if (std::ranges::any_of(variants, is_same)) {
      faults.push_back({member->column, "a second variant of " + *experiment + ", want one"});
    }
    variants.push_back({experiment.value_or(""), variant.value_or("")});
  }
  return variants;
}

}  // namespace crossfade::imports
