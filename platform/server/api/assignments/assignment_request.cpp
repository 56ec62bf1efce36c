#include "platform/server/api/assignments/assignment_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "platform/core/json_text.h"
#include "platform/server/http/content_type.h"

namespace crossfade::server {
namespace {

constexpr std::size_t kLongestUnit = 200;          // bytes
constexpr std::size_t kLongestAttributes = 16384;  // bytes, as JSON
constexpr std::size_t kMostExperiments = 1000;
constexpr std::size_t kShown = 40;  // bytes of what was sent, in a message

struct Fault {
  std::string message;
};

void read_unit(const nlohmann::json& object, service::AssignmentRequest& request) {
  const auto found = object.find("unit");
  if (found == object.end()) throw Fault{"\"unit\" is missing"};
  if (found->is_number_integer()) {
    request.unit.value = found->dump();
    request.id = {found->get<double>()};
    return;
  }
  if (!found->is_string())
    throw Fault{fmt::format("\"unit\" is {}, want a text or a whole number", found->type_name())};
  const auto& text = found->get_ref<const std::string&>();
  if (text.empty()) throw Fault{"\"unit\" is empty"};
  if (text.size() > kLongestUnit) {
    throw Fault{fmt::format("\"unit\" has {} bytes, want at most {}", text.size(), kLongestUnit)};
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) throw Fault{"\"unit\" has a control character"};
  request.unit.value = text;
  request.id = {text};
}

void read_attributes(const nlohmann::json& attributes, service::AssignmentRequest& request) {
  if (!attributes.is_object()) {
    throw Fault{fmt::format("\"attributes\" is {}, want an object", attributes.type_name())};
  }
  auto value = json_value_of(attributes);
  if (!value) {
    throw Fault{fmt::format("\"attributes\" has more than {} levels, or an object of more than {} members",
                            kDeepestJson, kMostJsonMembers)};
  }
  if (const std::size_t size = to_json(*value).size(); size > kLongestAttributes) {
    throw Fault{fmt::format("\"attributes\" has {} bytes, want at most {}", size, kLongestAttributes)};
  }
  request.attributes = *std::move(value);
}

void read_experiments(const nlohmann::json& keys, service::AssignmentRequest& request) {
  if (!keys.is_array()) throw Fault{fmt::format("\"experiments\" is {}, want a list of keys", keys.type_name())};
  if (keys.empty() || keys.size() > kMostExperiments) {
    throw Fault{fmt::format("\"experiments\" has {} keys, want 1 to {}, or none of it for all that run", keys.size(),
                            kMostExperiments)};
  }
  for (const nlohmann::json& key : keys) {
    if (!key.is_string()) throw Fault{fmt::format("\"experiments\" has {}, want keys", key.type_name())};
    const auto& text = key.get_ref<const std::string&>();
    if (std::ranges::find(request.experiments, text) != request.experiments.end()) {
      throw Fault{fmt::format("\"experiments\" has \"{}\" twice", text.substr(0, kShown))};
    }
    request.experiments.push_back(text);
  }
}

service::AssignmentRequest request_of(const nlohmann::json& object) {
  if (!object.is_object()) throw Fault{fmt::format("{}, want an object", object.type_name())};
  service::AssignmentRequest request;
  read_unit(object, request);
  for (const auto& [key, value] : object.items()) {
    if (key == "unit") continue;
    if (key == "attributes") {
      read_attributes(value, request);
    } else if (key == "experiments") {
      read_experiments(value, request);
    } else if (key == "expose") {
      if (!value.is_boolean()) throw Fault{fmt::format("\"expose\" is {}, want true or false", value.type_name())};
      request.expose = value.get<bool>();
    } else {
      throw Fault{
          fmt::format("\"{}\" is unknown, want unit, attributes, experiments or expose", key.substr(0, kShown))};
    }
  }
  return request;
}

AssignmentRequests many_of(const nlohmann::json& document) {
  if (document.size() != 1)
    throw Fault{"\"units\" stands beside others, want it alone: each of its objects has its own"};
  const nlohmann::json& units = document.at("units");
  if (!units.is_array()) throw Fault{fmt::format("\"units\" is {}, want a list", units.type_name())};
  if (units.empty() || units.size() > kMostAssignments) {
    throw Fault{fmt::format("\"units\" has {} objects, want 1 to {}", units.size(), kMostAssignments)};
  }
  AssignmentRequests all{.requests = {}, .many = true};
  all.requests.reserve(units.size());
  for (const nlohmann::json& one : units) {
    try {
      all.requests.push_back(request_of(one));
    } catch (const Fault& fault) {
      throw Fault{fmt::format("units[{}]: {}", all.requests.size(), fault.message)};
    }
  }
  return all;
}

}  // namespace

std::variant<AssignmentRequests, BadAssignments> parse_assignments(std::string_view content_type,
                                                                   std::string_view body) {
  if (auto wrong = not_json(content_type, body)) return BadAssignments{*std::move(wrong)};
  constexpr int deepest = kDeepestJson + 3;  // of a unit of many
  bool too_deep = false;
  const auto shallow = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  const auto document = nlohmann::json::parse(body.begin(), body.end(), shallow, /*allow_exceptions=*/false);
  if (too_deep) return BadAssignments{fmt::format("request body is nested deeper than {} levels", deepest)};
  if (document.is_discarded()) return BadAssignments{"request body is not JSON"};
  try {
    if (document.is_object() && document.contains("units")) return many_of(document);
    AssignmentRequests one;
    one.requests.push_back(request_of(document));
    return one;
  } catch (const Fault& fault) {
    return BadAssignments{fault.message};
  }
}

}  // namespace crossfade::server
