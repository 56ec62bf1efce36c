#include "platform/server/api/rows/row_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <utility>
#include <variant>

#include "platform/server/http/frame/long_bodies.h"
#include "platform/server/http/responses.h"

namespace crossfade::server {
RowsBody RowRoutes::body_of(const httplib::Request& request) const {
  const auto type = request.headers.find("Content-Type");
  return {.content_type = type == request.headers.end() ? std::string_view{} : std::string_view(type->second),
          .text = request.body,
          .now = clock_.now()};
}

std::optional<RowRoutes::Ticket> RowRoutes::exposures(const httplib::Request& request,
                                                      httplib::Response& response) const {
  const RowsBody body = body_of(request);
  return log(parse_exposures(body, backend_.configurations()->variants), body, response);
}

std::optional<RowRoutes::Ticket> RowRoutes::events(const httplib::Request& request, httplib::Response& response) const {
  const RowsBody body = body_of(request);
  return log(parse_events(body), body, response);
}

std::optional<RowRoutes::Ticket> RowRoutes::sessions(const httplib::Request& request,
                                                     httplib::Response& response) const {
  const RowsBody body = body_of(request);
  return log(parse_sessions(body), body, response);
}

std::optional<RowRoutes::Ticket> RowRoutes::log(ParsedRows&& parsed, const RowsBody& body,
                                                httplib::Response& response) const {
  if (const auto* bad = std::get_if<BadRows>(&parsed)) {
    send_problem(response, 400, bad->message, "/problems/invalid-rows");
    return std::nullopt;
  }
  const auto taken = backend_.log(std::get<service::ClientRows>(std::move(parsed)));
  if (!taken) {
    response.set_header("Retry-After", "60");
    send_problem(response, 503,
                 fmt::format("{} ids of the last days are known, and there is no room for more: rows without an id are "
                             "taken",
                             service::ClientLog::kMostIds),
                 "/problems/too-many-ids");
    return std::nullopt;
  }
  send_json(response, 200, fmt::format("{{\"accepted\":{},\"repeated\":{}}}\n", taken->accepted, taken->repeated));
  // The thread of a request with a longer body waits for the commit itself: its body's place is only free when nothing
  // of it is in memory any more.
  if (body.text.size() > LongBodies::kShort) backend_.wait(taken->ticket);
  return taken->ticket;
}

}  // namespace crossfade::server
