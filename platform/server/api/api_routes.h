#pragma once

#include <memory>
#include <string>

#include "platform/server/api/answer_cache.h"
#include "platform/server/api/server.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// /api/v1: what `crossfade analyze` prints, and a list of the experiments from the same Reports. Each answer has an
// ETag, and is computed anew only when the store or the configuration has changed.
class ApiRoutes {
 public:
  explicit ApiRoutes(const Backend& backend)
      : backend_(backend), reports_(backend.revision), passes_(backend.revision) {}

  void experiments(const httplib::Request& request, httplib::Response& response);
  // Throws Error: unknown for an experiment that there is not, user for a query that is wrong.
  void results(const std::string& experiment, const httplib::Request& request, httplib::Response& response);
  // How the primary metric came about; takes confidence_level, lift, control, cuped, force and at. Throws the same.
  void timeline(const std::string& experiment, const httplib::Request& request, httplib::Response& response);
  // The configurations that were recorded, and what each changed in the experiment. Of one that nobody configured: no
  // changes. A query is read, and changes nothing.
  void configurations(const std::string& experiment, const httplib::Request& request, httplib::Response& response);

  // Begins no computation any more; thread-safe.
  void stop() {
    reports_.stop();
    passes_.stop();
  }

 private:
  const Backend& backend_;
  AnswerCache reports_;
  AnswerCache passes_;  // over days or playbacks, which take seconds: nobody who only wants a report waits for them
};

}  // namespace crossfade::server
