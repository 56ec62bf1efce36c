#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossfade::server {

enum class Route {
  unknown,
  root,            // /
  track,           // /track/N
  next,            // /next/N
  last,            // /last/N
  health,          // /healthz
  ready,           // /readyz
  experiments,     // /api/v1/experiments
  results,         // /api/v1/experiments/KEY/results
  timeline,        // /api/v1/experiments/KEY/timeline
  configurations,  // /api/v1/experiments/KEY/configurations
  unit,            // /api/v1/units/ID
  lab,             // /api/v1/lab
  lab_simulation,  // /api/v1/lab/simulation
  events,          // /api/v1/events
  page,            // /report and /report/...
};

struct Match {
  Route route = Route::unknown;
  std::string argument;  // N (digits) or KEY or ID (percent-encoding resolved)

  bool operator==(const Match&) const = default;
};

// Which route a request's target, "/next/7?x=1", asks for. A query is ignored; paths are exact: no trailing slash.
Match match(std::string_view target);
// Does it log something, so that its answer waits until that is durable?
bool logs(Route route);
// "GET, HEAD" and the like: what a 405 says in Allow.
std::string_view allowed_methods(Route route);
// Does the method, in capitals, fit the route?
bool allows(Route route, std::string_view method);

// The target without its query.
std::string_view path_of(std::string_view target);
// "a%20b" -> "a b"; nothing for a broken escape.
std::optional<std::string> percent_decoded(std::string_view text);
// "a b" -> "a%20b": all but letters, digits and -_.!~*'() as JavaScript's encodeURIComponent does.
std::string percent_encoded(std::string_view text);

}  // namespace crossfade::server
