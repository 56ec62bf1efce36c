#include "platform/server/api_routes.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/analysis/render.h"
#include "platform/core/error.h"
#include "platform/core/time.h"
#include "platform/server/responses.h"

namespace crossfade::server {
namespace {

using Json = nlohmann::ordered_json;

Json time_of(const std::optional<Timestamp>& time) {
  return time ? Json(to_string(*time)) : Json(nullptr);
}

Json summary_of(const analysis::Report& report) {
  Json units = Json::object();
  for (const auto& variant : report.units) units[variant.variant] = variant.units;
  return {{"experiment", report.experiment},
          {"status", report.status},
          {"owner", report.owner},
          {"hypothesis", report.hypothesis},
          {"first_exposure", time_of(report.health.first_exposure)},
          {"data_through", time_of(report.data_through)},
          {"units", std::move(units)},
          {"srm_mismatch", report.srm.mismatch},
          {"decision",
           {{"verdict", analysis::to_string(report.decision.verdict)},
            {"summary", report.decision.summary},
            {"reasons", report.decision.reasons}}}};
}

void send_fresh(httplib::Response& response, std::string body) {
  response.set_header("Cache-Control", "no-store");
  response.set_header("Vary", "Accept-Encoding");
  send_json(response, 200, std::move(body));
}

}  // namespace

void ApiRoutes::experiments(httplib::Response& response) {
  const auto reports = reports_.get();
  Json list = Json::array();
  for (const auto& report : *reports) list.push_back(summary_of(report));
  const Json json{{"experiments", std::move(list)}};
  send_fresh(response, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void ApiRoutes::results(const std::string& experiment, httplib::Response& response) {
  const auto reports = reports_.get();
  const auto found = std::find_if(reports->begin(), reports->end(),
                                  [&](const analysis::Report& report) { return report.experiment == experiment; });
  if (found != reports->end()) {
    send_fresh(response, analysis::render_json(*found));
    return;
  }
  std::vector<std::string> known;
  for (const auto& report : *reports) known.push_back(report.experiment);
  const std::string nearest = nearest_name(experiment, known);
  send_problem(
      response, 404,
      fmt::format("no experiment {}{}", experiment, nearest.empty() ? "" : fmt::format("; do you mean {}?", nearest)));
}

}  // namespace crossfade::server
