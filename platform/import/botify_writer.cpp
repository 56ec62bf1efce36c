#include "platform/import/botify_writer.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

namespace crossfade::imports {

namespace {

constexpr double kMsOfSecond = 1000;

// The shortest text that is read as the same number; 1 is 1.0, as Python has it.
void append_number(std::string& text, double value) {
  const std::size_t begin = text.size();
  fmt::format_to(std::back_inserter(text), "{}", value);
  if (text.find_first_not_of("-0123456789", begin) == std::string::npos) text += ".0";
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string botify_experiments(const std::vector<BotifyVariant>& variants) {
  std::string text = "{";
  for (const BotifyVariant& variant : variants) {
    if (text.size() > 1) text += ", ";
    text += quoted(variant.experiment) + ": " + quoted(variant.variant);
  }
  return text + "}";
}

void append_botify_line(std::string& text, const Playback& playback, bool is_last, std::string_view experiments) {
  fmt::format_to(std::back_inserter(text), R"({{"message": "{}", "timestamp": {}, "user": {}, "track": {}, "time": )",
                 is_last ? "last" : "next", playback.at.ms, playback.unit.value, playback.track.value);
  append_number(text, playback.fraction);
  text += R"(, "latency": )";
  if (playback.latency_ms) {
    append_number(text, *playback.latency_ms / kMsOfSecond);
  } else {
    text += "null";
  }
  text += R"(, "recommendation": )";
  if (playback.recommended && !is_last) {
    fmt::format_to(std::back_inserter(text), "{}", playback.recommended->track.value);
  } else {
    text += "null";
  }
  text += R"(, "experiments": )";
  text += experiments;
  text += "}\n";
}

}  // namespace crossfade::imports
