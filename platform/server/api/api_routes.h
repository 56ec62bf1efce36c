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
  // Computes what takes no more than a report where `reports` gives a turn, and passes over days or playbacks, which
  // take seconds, where `passes` does: nobody who only wants a report waits for them.
  ApiRoutes(const Backend& backend, Turns& reports, Turns& passes)
      : backend_(backend),
        turns_(reports),
        reports_(backend.revision, &reports),
        passes_(backend.revision, &passes),
        configurations_(backend.revision) {}

  void experiments(const httplib::Request& request, httplib::Response& response);
  // Throws Error: unknown for an experiment that there is not, user for a query that is wrong.
  void results(const std::string& experiment, const httplib::Request& request, httplib::Response& response);
  // Somebody looks at the results: 204 once that is recorded, where the experiment runs by a plan. Throws as above.
  void look(const std::string& experiment, httplib::Response& response);
  // How the primary metric came about; takes confidence_level, lift, control, cuped, force and at. Throws the same.
  void timeline(const std::string& experiment, const httplib::Request& request, httplib::Response& response);
  // The configurations that were recorded, and what each changed in the experiment. Of one that nobody configured: no
  // changes. A query is read, and changes nothing.
  void configurations(const std::string& experiment, const httplib::Request& request, httplib::Response& response);

 private:
  const Backend& backend_;
  Turns& turns_;  // of reports
  AnswerCache reports_;
  AnswerCache passes_;
  AnswerCache configurations_;  // of what is in memory
};

}  // namespace crossfade::server
