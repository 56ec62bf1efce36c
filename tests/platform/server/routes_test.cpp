#include "platform/server/routes.h"

#include <catch2/catch.hpp>

namespace crossfade::server {

std::ostream& operator<<(std::ostream& out, const Match& match) {
  return out << static_cast<int>(match.route) << ' ' << match.argument;
}

namespace {

TEST_CASE("routes: paths of the course's interface") {
  CHECK(match("/") == Match{Route::root, ""});
  CHECK(match("/?x=1") == Match{Route::root, ""});
  CHECK(match("/track/42") == Match{Route::track, "42"});
  CHECK(match("/next/7") == Match{Route::next, "7"});
  CHECK(match("/next/007?debug=1") == Match{Route::next, "007"});
  CHECK(match("/last/18446744073709551616") == Match{Route::last, "18446744073709551616"});
}

TEST_CASE("routes: what is nearly a path is none") {
  for (const char* target : {"",
                             "/next",
                             "/next/",
                             "/next/-1",
                             "/next/7/",
                             "/next/7x",
                             "/next/7/8",
                             "/NEXT/7",
                             "//next/7",
                             "/next/%37",
                             "/track/one",
                             "/healthz/",
                             "/reporter",
                             "http://x/next/7",
                             "/api/v1/experiments/",
                             "/api/v1/experiments//results",
                             "/api/v1/experiments/a/b/results",
                             "/api/v1/experiments/a%2/results",
                             "/api/v1/experiments/results",
                             "/api/v1/units",
                             "/api/v1/units/",
                             "/api/v1/units/7/8",
                             "/api/v1/units/%2"}) {
    INFO(target);
    CHECK(match(target) == Match{});
  }
}

TEST_CASE("routes: page and JSON interface") {
  CHECK(match("/healthz").route == Route::health);
  CHECK(match("/readyz").route == Route::ready);
  CHECK(match("/report").route == Route::page);
  CHECK(match("/report/sticky-vs-random").route == Route::page);
  CHECK(match("/api/v1/experiments").route == Route::experiments);
  CHECK(match("/api/v1/experiments/sticky-vs-random/results") == Match{Route::results, "sticky-vs-random"});
  CHECK(match("/api/v1/experiments/a%20b%2Fc/results?x") == Match{Route::results, "a b/c"});
  CHECK(match("/api/v1/experiments/a/configurations") == Match{Route::configurations, "a"});
  CHECK(match("/api/v1/units/7?sessions=3") == Match{Route::unit, "7"});
  CHECK(match("/api/v1/units/a%2Fb%20c") == Match{Route::unit, "a/b c"});
}

TEST_CASE("routes: what may be done with the lab") {
  CHECK(match("/api/v1/lab").route == Route::lab);
  CHECK(match("/api/v1/lab/simulation").route == Route::lab_simulation);
  CHECK(match("/api/v1/lab/") == Match{});
  CHECK(allowed_methods(Route::lab) == "GET, HEAD");
  CHECK(allowed_methods(Route::lab_simulation) == "DELETE, POST");
  for (const char* method : {"POST", "DELETE"}) CHECK(allows(Route::lab_simulation, method));
  for (const char* method : {"GET", "HEAD", "PUT"}) CHECK_FALSE(allows(Route::lab_simulation, method));
  CHECK_FALSE(allows(Route::lab, "POST"));
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
