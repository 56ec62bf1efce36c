#pragma once

#include <optional>

#include "platform/core/time.h"
#include "platform/server/api/server.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// POST /api/v1/assignments: which variants units are in, and what they get.
class AssignmentRoutes {
 public:
  AssignmentRoutes(const Backend& backend, const Clock& clock) : backend_(backend), clock_(clock) {}

  // 200 with the variants, once those who are exposed are logged; 400 and nobody for what is wrong.
  std::optional<service::Service::Ticket> post(const httplib::Request& request, httplib::Response& response) const;

 private:
  const Backend& backend_;
  const Clock& clock_;
};

}  // namespace crossfade::server
