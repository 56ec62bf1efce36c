#pragma once

#include <optional>
#include <string>

#include "platform/core/time.h"
#include "platform/server/api/server.h"
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
  // `track` and `user` are digits, as the path has them.
  void track(const std::string& track, httplib::Response& response) const;
  // The next track, and the end of a session. Return the ticket of the commit that the answer tells of; nothing for a
  // bad request. Throw what the backend throws.
  std::optional<service::Service::Ticket> next(const std::string& user, const httplib::Request& request,
                                               httplib::Response& response) const;
  std::optional<service::Service::Ticket> last(const std::string& user, const httplib::Request& request,
                                               httplib::Response& response) const;

 private:
  // What the request says of a user; nothing for a bad one, which is answered.
  std::optional<service::Event> playback(const std::string& user, const httplib::Request& request,
                                         httplib::Response& response) const;

  const Backend& backend_;
  const recommenders::Catalogue& catalogue_;
  const Clock& clock_;
};

}  // namespace crossfade::server
