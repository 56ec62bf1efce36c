// What a desk is made of.
#include <catch2/catch.hpp>

#include "recommenders/external/bounded_log.h"
#include "recommenders/external/breaker.h"
#include "recommenders/external/figures.h"

using namespace crossfade::recommenders::external;
using namespace std::chrono_literals;

namespace {

const Breaker::Time kStart{1000s};

Breaker opened() {
  Breaker breaker({.failures = 3, .shortest = 1000ms, .longest = 4000ms});
  CHECK_FALSE(breaker.failed(kStart));
  CHECK_FALSE(breaker.failed(kStart));
  CHECK(breaker.failed(kStart));
  return breaker;
}

}  // namespace

TEST_CASE("breaker: failures in a row open it, and a success in between does not let them add up", "[recommenders]") {
  Breaker breaker({.failures = 3});
  CHECK_FALSE(breaker.failed(kStart));
  CHECK_FALSE(breaker.failed(kStart));
  breaker.succeeded();
  CHECK_FALSE(breaker.failed(kStart));
  CHECK_FALSE(breaker.failed(kStart));
  CHECK(breaker.admits(kStart));
  CHECK(breaker.failed(kStart));
  CHECK_FALSE(breaker.admits(kStart + 999ms));
}

TEST_CASE("breaker: one tries, and closes it", "[recommenders]") {
  Breaker breaker = opened();
  CHECK(breaker.admits(kStart + 1000ms));
  CHECK_FALSE(breaker.admits(kStart + 1000ms));  // one is trying
  breaker.succeeded();
  CHECK(breaker.state() == Breaker::State::closed);
  CHECK(breaker.admits(kStart + 1000ms));
}

TEST_CASE("breaker: it stays open twice as long each time, up to a bound", "[recommenders]") {
  Breaker breaker = opened();
  Breaker::Time now = kStart;
  for (const auto length : {1000ms, 2000ms, 4000ms, 4000ms}) {
    CHECK(breaker.open_for() == length);
    now += length;
    CHECK_FALSE(breaker.admits(now - 1ms));
    REQUIRE(breaker.admits(now));
    CHECK(breaker.failed(now));
  }
}

TEST_CASE("breaker: one that tried and was not answered either way leaves the turn to the next", "[recommenders]") {
  Breaker breaker = opened();
  CHECK(breaker.admits(kStart + 1s));
  breaker.withdrawn();
  CHECK(breaker.admits(kStart + 1s));
}

TEST_CASE("bounded log: so many lines in ten seconds, then how many were left out", "[recommenders]") {
  std::vector<std::string> said;
  {
    BoundedLog log("x: ", 2, [&](const std::string& line) { said.push_back(line); });
    for (int i = 0; i < 5; ++i) log.line("line " + std::to_string(i), kStart);
    log.line(std::string(2000, 'a'), kStart + 10s);
    for (int i = 0; i < 2; ++i) log.line("again", kStart + 11s);
  }
  REQUIRE(said.size() == 6);
  CHECK(said[0] == "x: line 0");
  CHECK(said[1] == "x: line 1");
  CHECK(said[2] == "x: 3 lines were left out");
  CHECK(said[3] == "x: " + std::string(500, 'a') + "...");
  CHECK(said[4] == "x: again");
  CHECK(said[5] == "x: 1 line was left out");
}

TEST_CASE("figures: they are told as Prometheus reads them", "[recommenders]") {
  AllFigures all;
  CHECK(all.prometheus().empty());
  Figures& mine = all.of("mi\"ne");
  mine.count(Outcome::answered);
  mine.count(Outcome::late);
  mine.count(Outcome::late);
  mine.waited(3ms);
  mine.waited(5s);
  mine.started();
  const std::string text = all.prometheus();
  const auto has = [&](const std::string& line) { return text.find(line + "\n") != std::string::npos; };
  CHECK(has("# TYPE crossfade_recommender_requests_total counter"));
  CHECK(has(R"(crossfade_recommender_requests_total{recommender="mi\"ne",outcome="answered"} 1)"));
  CHECK(has(R"(crossfade_recommender_requests_total{recommender="mi\"ne",outcome="late"} 2)"));
  CHECK(has(R"(crossfade_recommender_latency_seconds_bucket{recommender="mi\"ne",le="0.0025"} 0)"));
  CHECK(has(R"(crossfade_recommender_latency_seconds_bucket{recommender="mi\"ne",le="0.005"} 1)"));
  CHECK(has(R"(crossfade_recommender_latency_seconds_bucket{recommender="mi\"ne",le="+Inf"} 2)"));
  CHECK(has(R"(crossfade_recommender_latency_seconds_count{recommender="mi\"ne"} 2)"));
  CHECK(has(R"(crossfade_recommender_starts_total{recommender="mi\"ne"} 1)"));
}
