#include "platform/server/api/event_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "platform/core/metric.h"
#include "platform/server/http/content_type.h"

namespace crossfade::server {
namespace {

constexpr std::size_t kLongestText = 200;  // bytes of a unit or of an event's name
constexpr int kDeepest = 4;                // levels of lists and objects: a request has two

struct Fault {
  std::string message;
};

std::string text_of(const nlohmann::json& object, const char* key, bool numbers) {
  const auto found = object.find(key);
  if (found == object.end()) throw Fault{fmt::format("\"{}\" is missing", key)};
  if (numbers && found->is_number_integer()) return found->dump();
  const char* const want = numbers ? "a text or a whole number" : "a text";
  if (!found->is_string()) throw Fault{fmt::format("\"{}\" is {}, want {}", key, found->type_name(), want)};
  std::string text = found->get<std::string>();
  if (text.empty()) throw Fault{fmt::format("\"{}\" is empty", key)};
  if (text.size() > kLongestText)
    throw Fault{fmt::format("\"{}\" has {} bytes, want at most {}", key, text.size(), kLongestText)};
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) throw Fault{fmt::format("\"{}\" has a control character", key)};
  return text;
}

CustomEvent event_of(const nlohmann::json& object, Timestamp now) {
  if (!object.is_object()) throw Fault{fmt::format("an event is {}, want an object", object.type_name())};
  for (const auto& [key, value] : object.items()) {
    if (key != "unit" && key != "event" && key != "value") {
      throw Fault{fmt::format("\"{}\" is unknown, want unit, event or value", key.substr(0, kLongestText))};
    }
  }
  CustomEvent event{.unit = {text_of(object, "unit", true)}, .name = text_of(object, "event", false), .at = now};
  if (const auto value = object.find("value"); value != object.end()) {
    if (!value->is_number()) throw Fault{fmt::format("\"value\" is {}, want a number", value->type_name())};
    event.value = value->get<double>();
    if (!(std::abs(event.value) <= kLargestValue)) {
      throw Fault{fmt::format("\"value\" is {:g}, want a number within {:g}", event.value, kLargestValue)};
    }
  }
  return event;
}

// Nothing for what is not JSON; numbers beyond a double's range are none.
std::optional<nlohmann::json> document_of(std::string_view body) {
  bool too_deep = false;
  const auto shallow = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  nlohmann::json document = nlohmann::json::parse(body.begin(), body.end(), shallow, /*allow_exceptions=*/false);
  if (document.is_discarded() || too_deep) return std::nullopt;
  return document;
}

}  // namespace

std::variant<std::vector<CustomEvent>, BadEvents> parse_events(std::string_view content_type, std::string_view body,
                                                               Timestamp now) {
  if (auto wrong = not_json(content_type, body)) return BadEvents{*std::move(wrong)};
  const auto document = document_of(body);
  if (!document) return BadEvents{"request body is not JSON"};
  std::vector<CustomEvent> events;
  if (!document->is_array()) {
    try {
      events.push_back(event_of(*document, now));
    } catch (const Fault& fault) {
      return BadEvents{fault.message};
    }
    return events;
  }
  if (document->empty() || document->size() > kMostEvents) {
    return BadEvents{fmt::format("the list has {} events, want 1 to {}", document->size(), kMostEvents)};
  }
  for (const nlohmann::json& one : *document) {
    try {
      events.push_back(event_of(one, now));
    } catch (const Fault& fault) {
      return BadEvents{fmt::format("[{}]: {}", events.size(), fault.message)};
    }
  }
  return events;
}

}  // namespace crossfade::server
