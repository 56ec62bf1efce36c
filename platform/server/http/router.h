#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/server/http/reply_queue.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace crossfade::server {

// What answering a request may touch. Where it logs, a lab, or a server whose store is of simulated listeners, refuses
// it, and a failure of ours is a 503: it may be sent again.
enum class Touches {
  nothing,    // but what is in memory
  log,        // appends to the store: its answer waits until that is durable
  store,      // reads the store
  simulator,  // the lab
};

// Answers; returns the ticket of the commit that the answer tells of, nothing when it may be sent at once. `argument`
// is what the request has in the place of the pattern's parameter. Throws what a Server turns into answers.
using RouteHandler = std::function<std::optional<ReplyQueue::Ticket>(
    const httplib::Request& request, const std::string& argument, httplib::Response& response)>;

// A row of the route table.
struct Route {
  // GET answers HEAD, too.
  std::string method;

  // Exact but for one parameter: {number} of digits, {text} percent-decoded and without '/', {rest} of anything, also
  // of nothing.
  std::string pattern;

  RouteHandler handler;
  Touches touches = Touches::nothing;

  // For people; rows of one subject may share it.
  std::string name;
};

// Finds the row of a request. Immutable, hence thread-safe.
class Router {
 public:
  // The first row that fits counts. Throws Error (internal) for a pattern with two parameters or one of another kind.
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  // null: nothing has this path, or (where `allow` says so) not with this method
    std::string argument;
    std::string allow;  // "GET, HEAD", the methods of the path where none of its rows has the request's
  };
  // `target` as in the request line; a query is ignored. Paths are exact: no trailing slash. O(rows).
  Match match(std::string_view method, std::string_view target) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  enum class Parameter { none, number, text, rest };
  struct Pattern {
    std::string prefix;  // before the parameter
    std::string suffix;  // behind it
    Parameter parameter = Parameter::none;
  };
  static Pattern pattern_of(const std::string& text);
  static std::optional<std::string> argument_of(const Pattern& pattern, std::string_view path);

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  // of the routes
};

}  // namespace crossfade::server
