#include "platform/server/api/event_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <utility>
#include <variant>

#include "platform/server/api/event_request.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {

std::optional<service::Service::Ticket> EventRoutes::post(const httplib::Request& request,
                                                          httplib::Response& response) const {
  auto parsed = parse_events(request.get_header_value("Content-Type"), request.body, clock_.now());
  if (const auto* bad = std::get_if<BadEvents>(&parsed)) {
    send_problem(response, 400, bad->message);
    return std::nullopt;
  }
  auto& events = std::get<std::vector<CustomEvent>>(parsed);
  send_json(response, 200, fmt::format("{{\"logged\":{}}}\n", events.size()));
  return backend_.events(std::move(events));
}

}  // namespace crossfade::server
