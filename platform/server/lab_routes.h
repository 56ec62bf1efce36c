#pragma once

#include "platform/server/server.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// /api/v1/lab: simulations from the page. In a server that serves listeners it says that there is no lab, and nothing
// else.
class LabRoutes {
 public:
  explicit LabRoutes(const Backend& backend) : lab_(backend.lab) {}

  void state(httplib::Response& response) const;
  // POST starts a simulation, DELETE cancels it. Throws Error (user) with the rule for a request that is wrong.
  void simulation(const httplib::Request& request, httplib::Response& response) const;

 private:
  const std::optional<Lab>& lab_;
};

}  // namespace crossfade::server
