#include "platform/server/api/assignments/assignment_routes.h"

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>

#include "platform/core/error.h"
#include "platform/server/api/assignments/assignment_request.h"
#include "platform/server/http/frame/long_bodies.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const AssignmentRequests& asked, std::size_t position, const service::AssignmentAnswer& answer) {
  Json parameters = Json::object();
  for (const auto& [name, value] : answer.parameters) {
    std::visit([&, &key = name](const auto& of) { parameters[key] = of; }, value);
  }
  Json experiments = Json::object();
  for (const service::AssignedExperiment& one : answer.experiments) {
    experiments[one.experiment->key] = {{"version", one.experiment->version},
                                        {"variant", one.variant != nullptr ? Json(one.variant->key) : Json(nullptr)},
                                        {"reason", assignment::to_string(one.reason)},
                                        {"exposed", one.exposed}};
  }
  return {{"unit", asked.requests[position].unit.value},
          {"parameters", std::move(parameters)},
          {"experiments", std::move(experiments)}};
}

}  // namespace

std::optional<service::Service::Ticket> AssignmentRoutes::post(const httplib::Request& request,
                                                               httplib::Response& response) const {
  auto parsed = parse_assignments(request.get_header_value("Content-Type"), request.body);
  if (const auto* bad = std::get_if<BadAssignments>(&parsed)) {
    send_problem(response, 400, bad->message, "/problems/invalid-assignments");
    return std::nullopt;
  }
  const auto& asked = std::get<AssignmentRequests>(parsed);
  service::Service::BegunAssignments begun;
  try {
    begun = backend_.assign(asked.requests, clock_.now());
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::user) throw;
    send_problem(response, 400, error.what(), "/problems/unknown-experiment");
    return std::nullopt;
  }
  Json answers = Json::array();
  for (std::size_t i = 0; i < begun.answers.size(); ++i) answers.push_back(json_of(asked, i, begun.answers[i]));
  const Json body = asked.many ? Json{{"assignments", std::move(answers)}} : std::move(answers.front());
  send_json(response, 200, body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  // As of rows: a longer body's place is only free when nothing of it is in memory any more.
  if (begun.ticket && request.body.size() > LongBodies::kShort) backend_.wait(*begun.ticket);
  return begun.ticket;
}

}  // namespace crossfade::server
