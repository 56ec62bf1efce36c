#pragma once

#include <optional>

#include "platform/core/time.h"
#include "platform/server/api/rows/row_request.h"
#include "platform/server/api/server.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// POST /api/v1/exposures, /events, /sessions: what services log of their units.
class RowRoutes {
 public:
  using Ticket = service::Service::Ticket;

  RowRoutes(const Backend& backend, const Clock& clock) : backend_(backend), clock_(clock) {}

  // 200 {"accepted":2,"repeated":0} once its ticket is durable; a problem and no ticket for what is wrong: then nothing
  // is logged.
  std::optional<Ticket> exposures(const httplib::Request& request, httplib::Response& response) const;
  std::optional<Ticket> events(const httplib::Request& request, httplib::Response& response) const;
  std::optional<Ticket> sessions(const httplib::Request& request, httplib::Response& response) const;

 private:
  RowsBody body_of(const httplib::Request& request) const;
  std::optional<Ticket> log(ParsedRows&& parsed, const RowsBody& body, httplib::Response& response) const;

  const Backend& backend_;
  const Clock& clock_;
};

}  // namespace crossfade::server
