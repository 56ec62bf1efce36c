#pragma once

#include "platform/server/api/server.h"
#include "platform/server/http/turns.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// /api/v1/lab: simulations from the page. In a server that serves listeners it says that there is no lab, and nothing
// else.
class LabRoutes {
 public:
  // A start reads the store, and a cancel waits for a simulation: where `turns` gives a turn.
  LabRoutes(const Backend& backend, Turns& turns) : lab_(backend.lab), turns_(turns) {}

  void state(httplib::Response& response) const;
  // A simulation. Throws Error (user) with the rule for a request that is wrong.
  void start(const httplib::Request& request, httplib::Response& response) const;
  void cancel(httplib::Response& response) const;

 private:
  // Whether this is a lab; the answer says so when it is none.
  bool is_lab(httplib::Response& response) const;

  const std::optional<LabActions>& lab_;
  Turns& turns_;
};

}  // namespace crossfade::server
