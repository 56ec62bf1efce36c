#pragma once

#include <string>

#include "platform/server/api/answer_cache.h"
#include "platform/server/api/server.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// /api/v1/units/ID: everything that is known of one unit, its newest sessions playback by playback. Answers are kept as
// those of ApiRoutes are, apart from them: a page of a unit does not wait for an analysis.
class UnitRoutes {
 public:
  UnitRoutes(const Backend& backend, const recommenders::Catalogue& catalogue, Turns& turns)
      : backend_(backend), catalogue_(catalogue), cache_(backend.revision, &turns) {}

  // Throws Error (user) for a query that is wrong.
  void unit(const std::string& id, const httplib::Request& request, httplib::Response& response);

 private:
  const Backend& backend_;
  const recommenders::Catalogue& catalogue_;
  AnswerCache cache_;
};

}  // namespace crossfade::server
