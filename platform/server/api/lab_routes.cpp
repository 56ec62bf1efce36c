#include "platform/server/api/lab_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "platform/core/error.h"
#include "platform/server/http/content_type.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kFields{"days", "experiment", "listeners", "seed", "sessions"};
constexpr std::int64_t kMostSessionsSimulated = 10'000'000;
constexpr std::int64_t kMostDays = 3650;
constexpr std::int64_t kMostSeed = (std::int64_t{1} << 53) - 1;  // what JavaScript keeps exact

std::string quoted(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, kQuotedLength);
}

std::optional<std::int64_t> whole(const Json& body, const std::string& name, std::int64_t most,
                                  std::int64_t least = 1) {
  const auto found = body.find(name);
  if (found == body.end()) return std::nullopt;
  const bool fits =
      found->is_number_integer() &&
      (!found->is_number_unsigned() || found->get<std::uint64_t>() <= static_cast<std::uint64_t>(kMostSeed));
  if (!fits || found->get<std::int64_t>() < least || found->get<std::int64_t>() > most) {
    throw Error::user(fmt::format("{} is {}, want a whole number from {} to {}", name, quoted(*found), least, most));
  }
  return found->get<std::int64_t>();
}

Json parsed(const httplib::Request& request) {
  if (const auto wrong = not_json(request.get_header_value("Content-Type"), request.body)) throw Error::user(*wrong);
  // An object of numbers and a text: anything deeper is none, before it is built.
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > 1;
    return !too_deep;
  };
  Json body = Json::parse(request.body, shallow, /*allow_exceptions=*/false);
  if (body.is_discarded() || too_deep || !body.is_object()) {
    throw Error::user("request body is no JSON object of numbers and a text");
  }
  for (const auto& [name, value] : body.items()) {
    if (std::ranges::find(kFields, name) != kFields.end()) continue;
    throw Error::user(fmt::format("{} is unknown, want {}", name.substr(0, kQuotedLength), fmt::join(kFields, ", ")));
  }
  return body;
}

LabRequest request_of(const Json& body, const LabState& state) {
  LabRequest request;
  const auto experiment = body.find("experiment");
  if (experiment == body.end()) throw Error::user("experiment is missing");
  if (!experiment->is_string() ||
      std::ranges::find(state.experiments, experiment->get<std::string>()) == state.experiments.end()) {
    throw Error::user(
        fmt::format("experiment is {}, want one of {}", quoted(*experiment), fmt::join(state.experiments, ", ")));
  }
  request.experiment = experiment->get<std::string>();
  request.listeners = whole(body, "listeners", state.listeners);
  request.sessions = whole(body, "sessions", kMostSessionsSimulated).value_or(request.sessions);
  request.days = static_cast<int>(whole(body, "days", kMostDays).value_or(request.days));
  if (const auto seed = whole(body, "seed", kMostSeed, 0)) request.seed = static_cast<std::uint64_t>(*seed);
  return request;
}

std::string_view name_of(LabSimulation::State state) {
  switch (state) {
    case LabSimulation::State::running:
      return "running";
    case LabSimulation::State::done:
      return "done";
    case LabSimulation::State::cancelled:
      return "cancelled";
    case LabSimulation::State::failed:
      return "failed";
  }
  return "";
}

Json json_of(const LabSimulation& simulation) {
  Json json{{"id", simulation.id},
            {"state", name_of(simulation.state)},
            {"experiment", simulation.experiment},
            {"listeners", simulation.listeners},
            {"sessions", simulation.sessions},
            {"days", simulation.days},
            {"seed", simulation.seed},
            {"start", to_string(simulation.start)},
            {"complete", simulation.complete}};
  if (!simulation.error.empty()) json["error"] = simulation.error;
  json["summary"] = nullptr;
  if (const auto& summary = simulation.summary) {
    json["summary"] = {{"sessions", summary->sessions},       {"tracks", summary->tracks},
                       {"mean_time", summary->mean_time},     {"mean_time_error", summary->mean_time_error},
                       {"mean_tracks", summary->mean_tracks}, {"seconds", summary->seconds}};
  }
  return json;
}

void send_state(httplib::Response& response, int status, const std::optional<LabActions>& lab) {
  Json json{{"enabled", lab.has_value()}};
  if (lab) {
    const LabState state = lab->state();
    json["listeners"] = state.listeners;
    json["experiments"] = state.experiments;
    json["simulation"] = state.simulation ? json_of(*state.simulation) : Json(nullptr);
  }
  response.set_header("Cache-Control", "no-store");
  send_json(response, status, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

void LabRoutes::state(httplib::Response& response) const {
  send_state(response, 200, lab_);
}

bool LabRoutes::is_lab(httplib::Response& response) const {
  if (!lab_) send_problem(response, 404, "this server is no lab: it serves listeners (see crossfade serve --lab)");
  return lab_.has_value();
}

void LabRoutes::start(const httplib::Request& request, httplib::Response& response) const {
  if (!is_lab(response)) return;
  turns_.require();
  if (!lab_->start(request_of(parsed(request), lab_->state()))) {
    return send_problem(response, 409, "a simulation runs, want its end or a DELETE first");
  }
  send_state(response, 202, lab_);
}

void LabRoutes::cancel(httplib::Response& response) const {
  if (!is_lab(response)) return;
  turns_.require();
  lab_->cancel();
  send_state(response, 200, lab_);
}

}  // namespace crossfade::server
