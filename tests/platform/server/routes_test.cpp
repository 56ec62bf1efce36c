#include "platform/server/api/routes.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <utility>

#include "platform/core/error.h"
#include "platform/server/http/router.h"
#include "platform/server/http/target.h"
#include "tests/support/source_directory.h"

namespace crossfade::server {
namespace {

// A table whose rows answer nothing.
Router router_of(std::initializer_list<std::pair<const char*, const char*>> rows) {
  std::vector<Route> routes;
  for (const auto& [method, pattern] : rows) {
    routes.push_back({.method = method, .pattern = pattern, .handler = nullptr, .name = pattern});
  }
  return Router(std::move(routes));
}

struct Found {
  std::string name;  // "" for none
  std::string argument;
  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << found.name << ' ' << found.argument;
}

Found find(const Router& router, std::string_view target, std::string_view method = "GET") {
  const Router::Match match = router.match(method, target);
  return match.route == nullptr ? Found{} : Found{match.route->name, match.argument};
}

// The server's own table: what answers is never called.
const Router& server_router() {
  static const Backend backend{};
  static const recommenders::Catalogue catalogue{{}, {}};
  static const SystemClock clock;
  static const std::array files{web::Asset{.path = "/report", .content_type = "", .gzip = "", .etag = ""},
                                web::Asset{.path = "/assets/report.js", .content_type = "", .gzip = "", .etag = ""},
                                web::Asset{.path = "/openapi.yaml", .content_type = "", .gzip = "", .etag = ""}};
  static CourseRoutes course(backend, catalogue, clock);
  static AssignmentRoutes assignments(backend, clock);
  static RowRoutes rows(backend, clock);
  static Turns turns({.threads = 0});
  static ApiRoutes api(backend, turns, turns);
  static UnitRoutes units(backend, catalogue, turns);
  static LabRoutes lab(backend, turns);
  static PageRoutes page(files);
  static const Router router(routes_of({course, assignments, rows, api, units, lab, page, nullptr, nullptr}));
  return router;
}

TEST_CASE("routes: parameters of a pattern") {
  const Router router =
      router_of({{"GET", "/"}, {"POST", "/n/{number}"}, {"GET", "/t/{text}/end"}, {"GET", "/r/{rest}"}});
  CHECK(find(router, "/?x=1") == Found{"/", ""});
  CHECK(find(router, "/n/007?debug=1", "POST") == Found{"/n/{number}", "007"});
  CHECK(find(router, "/n/18446744073709551616", "POST") == Found{"/n/{number}", "18446744073709551616"});
  CHECK(find(router, "/t/a%20b%2Fc/end") == Found{"/t/{text}/end", "a b/c"});
  CHECK(find(router, "/r/a/b%20c") == Found{"/r/{rest}", "a/b%20c"});
  CHECK(find(router, "/r/") == Found{"/r/{rest}", ""});
  for (const char* target : {"", "/n", "/n/", "/n/-1", "/n/7/", "/n/7x", "/n/7/8", "/N/7", "//n/7", "/n/%37", "/n/one",
                             "/t/end", "/t//end", "/t/a/b/end", "/t/a%2/end", "/t/a/end/", "/r", "http://x/n/7"}) {
    for (const char* method : {"GET", "POST"}) {
      INFO(method << ' ' << target);
      CHECK(find(router, target, method) == Found{});
      CHECK(router.match(method, target).allow.empty());
    }
  }
}

TEST_CASE("routes: a method that a path has not is told apart from a path that there is not") {
  const Router router = router_of({{"POST", "/a"}, {"DELETE", "/a"}, {"GET", "/b"}});
  CHECK(find(router, "/a", "DELETE") == Found{"/a", ""});
  CHECK(router.match("GET", "/a").allow == "DELETE, POST");
  CHECK(router.match("POST", "/b").allow == "GET, HEAD");
  CHECK(find(router, "/b", "HEAD") == Found{"/b", ""});
  CHECK(find(router, "/b", "get") == Found{});
}

TEST_CASE("routes: a pattern that nobody reads is our fault") {
  for (const char* pattern : {"/{unit}", "/{text}/{number}", "/{text", "/{}"}) {
    INFO(pattern);
    CHECK_THROWS_AS(router_of({{"GET", pattern}}), Error);
  }
}

TEST_CASE("routes: the table of the server") {
  const Router& router = server_router();
  CHECK(find(router, "/") == Found{"root", ""});
  CHECK(find(router, "/track/42") == Found{"track", "42"});
  CHECK(find(router, "/next/7", "POST") == Found{"next", "7"});
  CHECK(find(router, "/last/7", "POST") == Found{"last", "7"});
  CHECK(find(router, "/healthz") == Found{"health", ""});
  CHECK(find(router, "/readyz") == Found{"ready", ""});
  CHECK(find(router, "/metrics") == Found{"metrics", ""});
  CHECK(find(router, "/report") == Found{"page", ""});
  CHECK(find(router, "/report/") == Found{"page", ""});
  CHECK(find(router, "/report/sticky-vs-random") == Found{"page", "sticky-vs-random"});
  CHECK(find(router, "/assets/report.js") == Found{"page", ""});
  CHECK(find(router, "/assets/other.js") == Found{});
  CHECK(find(router, "/api/v1/experiments") == Found{"experiments", ""});
  CHECK(find(router, "/api/v1/experiments/a%20b%2Fc/results?x") == Found{"results", "a b/c"});
  CHECK(find(router, "/api/v1/experiments/a/looks", "POST") == Found{"looks", "a"});
  CHECK(find(router, "/api/v1/experiments/a/timeline") == Found{"timeline", "a"});
  CHECK(find(router, "/api/v1/experiments/a/configurations") == Found{"configurations", "a"});
  CHECK(find(router, "/api/v1/units/a%2Fb%20c?sessions=3") == Found{"unit", "a/b c"});
  CHECK(find(router, "/api/v1/exposures", "POST") == Found{"exposures", ""});
  CHECK(find(router, "/api/v1/events", "POST") == Found{"events", ""});
  CHECK(find(router, "/api/v1/sessions", "POST") == Found{"sessions", ""});
  CHECK(find(router, "/api/v1/lab") == Found{"lab", ""});
  CHECK(find(router, "/api/v1/lab/simulation", "POST") == Found{"lab_start", ""});
  CHECK(find(router, "/api/v1/lab/simulation", "DELETE") == Found{"lab_cancel", ""});
  CHECK(router.match("GET", "/api/v1/lab/simulation").allow == "DELETE, POST");
  for (const char* target : {"/healthz/", "/reporter", "/api/v1/experiments/", "/api/v1/experiments//results",
                             "/api/v1/experiments/a/b/results", "/api/v1/experiments/results", "/api/v1/units",
                             "/api/v1/units/", "/api/v1/units/7/8", "/api/v1/units/%2", "/api/v1/lab/"}) {
    INFO(target);
    CHECK(find(router, target) == Found{});
  }
}

TEST_CASE("routes: what logs is told by what a route may touch, and only that is a POST, but for looks and a lab's") {
  for (const Route& route : server_router().routes()) {
    INFO(route.pattern);
    CHECK_FALSE(route.name.empty());
    CHECK((route.touches == Touches::log) ==
          (route.method == "POST" && route.touches != Touches::simulator && route.name != "looks"));
  }
}

TEST_CASE("routes: docs/schema/openapi.yaml describes those of the table, and no others") {
  using Rows = std::set<std::pair<std::string, std::string>>;  // method and path, its parameter without a name
  const auto nameless = [](const std::string& path) {
    return std::regex_replace(path, std::regex(R"(\{\w+\}|report\.js$)"), "{}");  // the page's files have many names
  };
  Rows table;
  for (const Route& route : server_router().routes()) table.emplace(route.method, nameless(route.pattern));

  Rows described;
  const auto file = crossfade::source_directory() / "docs/schema/openapi.yaml";
  const YAML::Node document = YAML::LoadFile(file.string());
  for (const auto& path : document["paths"]) {
    for (const std::string method : {"get", "post", "put", "patch", "delete", "head", "options", "trace"}) {
      if (!path.second[method]) continue;
      std::string upper = method;
      std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      described.emplace(upper, nameless(path.first.as<std::string>()));
    }
  }
  CHECK(described == table);
}

TEST_CASE("routes: a broken percent-encoding is none") {
  CHECK(percent_decoded("a%20b") == "a b");
  CHECK(percent_decoded("%e2%82%AC") == "\xe2\x82\xac");
  CHECK(percent_decoded("") == "");
  for (const char* text : {"%", "%2", "%2x", "%-1", "a%%20"}) {
    INFO(text);
    CHECK(percent_decoded(text) == std::nullopt);
  }
}

}  // namespace
}  // namespace crossfade::server
