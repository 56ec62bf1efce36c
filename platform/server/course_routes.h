#pragma once

#include <optional>

#include "platform/core/time.h"
#include "platform/server/routes.h"
#include "platform/server/server.h"
#include "recommenders/catalogue.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// The interface that the course's simulator speaks: GET /, GET /track/N, POST /next/N, POST /last/N.
class CourseRoutes {
 public:
  CourseRoutes(const Backend& backend, const recommenders::Catalogue& catalogue, const Clock& clock)
      : backend_(backend), catalogue_(catalogue), clock_(clock) {}

  // Alive, or for a browser the way to the report page.
  void root(const httplib::Request& request, httplib::Response& response) const;
  void track(const Match& match, httplib::Response& response) const;
  // Of Route::next or Route::last. Returns the ticket of the commit that the answer tells of; nothing for a bad
  // request. Throws what the backend throws.
  std::optional<service::Service::Ticket> playback(const Match& match, const httplib::Request& request,
                                                   httplib::Response& response) const;

 private:
  const Backend& backend_;
  const recommenders::Catalogue& catalogue_;
  const Clock& clock_;
};

}  // namespace crossfade::server
