#include "platform/server/http/turns.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <string>
#include <vector>

namespace crossfade::server {
namespace {

using namespace std::chrono_literals;

// A place among those that wait, as a request that may not compute gets one.
void reserve(Turns& turns) {
  const TurnScope scope(Turn::none);
  CHECK_THROWS_AS(turns.require(), TurnNeeded);
}

void wait(Turns& turns, const std::string& group, std::function<void(Turn)> answer) {
  reserve(turns);
  turns.wait(group, std::move(answer));
}

TEST_CASE("turns: so many compute at a time, and of a group one") {
  Turns turns({.threads = 2});
  std::latch both(3);
  std::promise<void> gate;
  auto open = gate.get_future().share();
  std::atomic<int> of_group = 0;
  std::latch done(4);
  for (const char* group : {"a", "a", "b", "c"}) {
    wait(turns, group, [&, group = std::string(group)](Turn turn) {
      CHECK(turn == Turn::taken);
      if (group == "a") {
        if (++of_group == 1) {
          both.arrive_and_wait();
          open.wait();
        }
      } else if (group == "b") {
        both.arrive_and_wait();
      }
      done.count_down();
    });
  }
  both.arrive_and_wait();  // "b" runs beside the first "a", though another "a" stands before it
  CHECK(of_group == 1);
  gate.set_value();
  done.wait();
  CHECK(of_group == 2);
}

TEST_CASE("turns: who is too many is refused at once, who waits for too long a while later") {
  Turns turns({.threads = 0, .most_waiting = 2, .longest_wait = 0ms});
  std::vector<Turn> answered;
  wait(turns, "a", [&](Turn turn) { answered.push_back(turn); });
  reserve(turns);
  {
    const TurnScope scope(Turn::none);
    CHECK_THROWS_AS(turns.require(), Busy);
  }
  turns.wait("b", [&](Turn turn) { answered.push_back(turn); });
  CHECK(answered.empty());
  while (answered.size() < 2) turns.expire();
  CHECK(answered == std::vector{Turn::too_late, Turn::too_late});
  const TurnScope scope(Turn::too_late);
  CHECK_THROWS_AS(turns.require(), Busy);
}

TEST_CASE("turns: once stopped, nobody's turn comes any more") {
  Turns turns({.threads = 0});
  std::vector<Turn> answered;
  wait(turns, "a", [&](Turn turn) { answered.push_back(turn); });
  reserve(turns);
  turns.stop();
  CHECK(answered == std::vector{Turn::ended});
  turns.wait("b", [&](Turn turn) { answered.push_back(turn); });
  CHECK(answered == std::vector{Turn::ended, Turn::ended});
  const TurnScope scope(Turn::none);
  CHECK_THROWS_AS(turns.require(), Ending);
}

}  // namespace
}  // namespace crossfade::server
