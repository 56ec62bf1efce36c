#pragma once

#include <optional>

#include "platform/core/time.h"
#include "platform/server/api/server.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// POST /api/v1/events: what units did besides playing tracks, for metrics over custom events.
class EventRoutes {
 public:
  EventRoutes(const Backend& backend, const Clock& clock) : backend_(backend), clock_(clock) {}

  // 200 {"logged":2} once its ticket is durable; 400 and no ticket for what is wrong: then nothing is logged.
  std::optional<service::Service::Ticket> post(const httplib::Request& request, httplib::Response& response) const;

 private:
  const Backend& backend_;
  const Clock& clock_;
};

}  // namespace crossfade::server
