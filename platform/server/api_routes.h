#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/analysis/report.h"
#include "platform/server/shared_computation.h"

namespace httplib {
struct Response;
}

namespace crossfade::server {

// /api/v1: what `crossfade analyze --format json` prints, and a list of the experiments from the same Reports.
class ApiRoutes {
 public:
  using Reports = std::vector<analysis::Report>;

  explicit ApiRoutes(std::function<Reports()> reports) : reports_(std::move(reports)) {}

  void experiments(httplib::Response& response);
  // 404 for an experiment that there is not, with the nearest key.
  void results(const std::string& experiment, httplib::Response& response);

 private:
  SharedComputation<Reports> reports_;
};

}  // namespace crossfade::server
