#include "recommenders/external/desk.h"

#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "platform/core/error.h"
#include "tests/recommenders/external/fake_transports.h"

using namespace crossfade;
using namespace crossfade::recommenders::external;
using namespace crossfade::recommenders::external::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kLong = 60s;  // never reached by a test that passes

// A desk whose other process is the test.
struct At {
  explicit At(Desk::Options given = {}, bool strict = false) : transports(strict) {
    given.recommender = "mine";
    given.tracks = 100;
    if (given.timeout == 0ms) given.timeout = kLong;
    if (given.concurrency == 1) given.concurrency = 32;
    const std::size_t most = given.batch == 1 ? 32 : 2;
    desk.emplace(given, transports, [most](Transports& all, Receiver& receiver) {
      return all.process({.recommender = "mine", .command = "", .most_messages = most}, receiver);
    });
  }
  Desk::Result ask() {
    return desk->ask(std::chrono::steady_clock::now(),
                     [](std::uint64_t id) { return R"({"id":)" + std::to_string(id) + "}"; });
  }
  std::future<Desk::Result> begin() {
    return std::async(std::launch::async, [this] { return ask(); });
  }
  void answer(const std::string& message) { transports.receiver().received(0, message); }
  std::uint64_t count(Outcome outcome) { return transports.figures("mine").of(outcome); }

  FakeTransports transports;
  std::optional<Desk> desk;
};

std::string line(std::uint64_t id, int track) {
  return R"({"id":)" + std::to_string(id) + R"(,"track":)" + std::to_string(track) + "}";
}

// The requests of a message.
std::size_t size_of(const FakeTransports::Message& message) {
  return nlohmann::json::parse(message.text).at("requests").size();
}

}  // namespace

TEST_CASE("desk: answers find their requests by id, in whatever order they come", "[recommenders]") {
  At at;
  auto first = at.begin();
  at.transports.sent(1);
  auto second = at.begin();
  CHECK(at.transports.sent(2)[0].text == R"({"id":1})");
  at.answer(line(2, 20));
  CHECK(second.get().track == TrackId{20});
  at.answer(line(1, 10));
  CHECK(first.get().track == TrackId{10});
  CHECK(at.count(Outcome::answered) == 2);
}

TEST_CASE("desk: one that is late is given up, and its answer is nobody's", "[recommenders]") {
  At at({.timeout = 20ms});
  CHECK(at.ask().outcome == Outcome::late);
  CHECK(at.transports.abandoned() == std::vector<std::uint64_t>{1});
  auto second = at.begin();
  at.transports.sent(2);
  at.answer(line(1, 10));  // the late one
  at.answer(line(1, 11));  // and once more
  at.answer(line(2, 20));
  CHECK(second.get().track == TrackId{20});
  REQUIRE(at.transports.lines().size() == 1);
  CHECK(at.transports.lines()[0].starts_with("recommender \"mine\": no answer within "));
}

TEST_CASE("desk: an answer that must not be served is invalid, and the log says why", "[recommenders]") {
  At at;
  at.answer("garbage");
  auto one = at.begin();
  at.transports.sent(1);
  at.answer(R"({"id":7,"track":1})");
  at.answer(line(1, 100));
  CHECK(one.get().outcome == Outcome::invalid);
  CHECK(at.transports.lines() ==
        std::vector<std::string>{"recommender \"mine\": \"garbage\" is no JSON",
                                 "recommender \"mine\": answers id 7, which it was not asked",
                                 "recommender \"mine\": track is 100, which the catalogue lacks (0..99)"});
}

// Python prints NaN, or a line for who looks for a fault: listeners waited until the time that a start may take was
// over, 10 s each, until nobody was asked any more.
TEST_CASE("desk: a line that is no answer is the oldest message's, and nobody waits for another", "[recommenders]") {
  At at({.starts = true});
  auto first = at.begin();
  at.transports.sent(1);
  auto second = at.begin();
  at.transports.sent(2);
  at.answer(R"({"id":1,"track":NaN})");
  CHECK(first.get().outcome == Outcome::invalid);
  at.answer(line(1, 10));  // too late
  at.answer(line(2, 20));
  CHECK(second.get().track == TrackId{20});
  auto third = at.begin();
  at.transports.sent(3);
  at.answer(R"({"track":30})");
  CHECK(third.get().outcome == Outcome::invalid);
  CHECK(at.count(Outcome::invalid) == 2);
  CHECK(at.transports.lines() ==
        std::vector<std::string>{"recommender \"mine\": \"{\"id\":1,\"track\":NaN}\" is no JSON",
                                 "recommender \"mine\": answer is {\"track\":30}, want the \"id\" of a request"});
}

TEST_CASE("desk: a transport that knows whose answer is none fails that message alone", "[recommenders]") {
  At at;
  auto first = at.begin();
  at.transports.sent(1);
  auto second = at.begin();
  at.transports.sent(2);
  at.transports.receiver().received(2, "garbage");
  CHECK(second.get().outcome == Outcome::invalid);
  at.transports.receiver().over(2, "nothing more comes");
  at.answer(line(1, 10));
  CHECK(first.get().track == TrackId{10});
  CHECK(at.transports.lines() == std::vector<std::string>{"recommender \"mine\": \"garbage\" is no JSON"});
}

TEST_CASE("desk: an answer in a batch that has no id is that of those of its message that have none",
          "[recommenders]") {
  At at({.batch = 2});
  std::vector<std::future<Desk::Result>> all;
  all.push_back(at.begin());
  at.transports.sent(1);
  all.push_back(at.begin());
  at.transports.sent(2);
  at.answer(R"({"answers":[{"id":2,"track":20},{"track":7}]})");  // the second message's, all of whom are answered
  CHECK(all[1].get().track == TrackId{20});
  at.answer(R"({"answers":[{"track":7}]})");
  CHECK(all[0].get().outcome == Outcome::invalid);
}

TEST_CASE("desk: beyond the bound nobody waits", "[recommenders]") {
  At at({.concurrency = 2});
  auto first = at.begin();
  auto second = at.begin();
  at.transports.sent(2);
  CHECK(at.ask().outcome == Outcome::busy);
  at.answer(line(1, 1));
  at.answer(line(2, 2));
  CHECK(first.get().outcome == Outcome::answered);
  CHECK(second.get().outcome == Outcome::answered);
}

TEST_CASE("desk: after failures in a row nobody asks until one has tried", "[recommenders]") {
  At at({.timeout = 5ms});
  for (int i = 0; i < 5; ++i) CHECK(at.ask().outcome == Outcome::late);
  CHECK(at.ask().outcome == Outcome::circuit_open);
  CHECK(at.count(Outcome::circuit_open) == 1);
  CHECK(at.transports.lines().back() ==
        "recommender \"mine\": has failed again and again: nobody is sent there for 1000 ms");
}

TEST_CASE("desk: who was just started has time, and no listener longer than it takes", "[recommenders]") {
  At at({.timeout = 30ms, .starts = true});
  auto first = at.begin();
  at.transports.sent(1);
  CHECK(first.wait_for(150ms) == std::future_status::timeout);  // five times the timeout
  at.answer(line(1, 1));
  CHECK(first.get().outcome == Outcome::answered);
  CHECK(at.ask().outcome == Outcome::late);  // it has started
}

TEST_CASE("desk: when the process ends all who wait are answered at once, and others while it is down",
          "[recommenders]") {
  At at;
  auto first = at.begin();
  auto second = at.begin();
  at.transports.sent(2);
  at.transports.receiver().down("ended with status 1");
  CHECK(first.get().outcome == Outcome::failed);
  CHECK(second.get().outcome == Outcome::failed);
  CHECK(at.ask().outcome == Outcome::down);
  at.transports.receiver().up();
  auto third = at.begin();
  at.answer(line(at.transports.sent(3).size() + 0, 5));
  CHECK(third.get().track == TrackId{5});
}

TEST_CASE("desk: a message that is over fails those in it that have no answer", "[recommenders]") {
  At at;
  auto one = at.begin();
  at.transports.sent(1);
  at.transports.receiver().over(1, "cannot connect");
  CHECK(one.get().outcome == Outcome::failed);
  CHECK(at.transports.lines() == std::vector<std::string>{"recommender \"mine\": cannot connect"});
}

TEST_CASE("desk: what comes while two batches are under way fills the next", "[recommenders]") {
  At at({.batch = 8});
  std::vector<std::future<Desk::Result>> all;
  all.push_back(at.begin());
  at.transports.sent(1);
  all.push_back(at.begin());
  CHECK(size_of(at.transports.sent(2)[0]) == 1);
  // Of ten more, eight are in the next message, once all wait.
  std::atomic<int> asked = 0;
  for (int i = 0; i < 10; ++i) {
    all.push_back(std::async(std::launch::async, [&] {
      return at.desk->ask(std::chrono::steady_clock::now(), [&](std::uint64_t id) {
        ++asked;
        return R"({"id":)" + std::to_string(id) + "}";
      });
    }));
  }
  while (asked < 10) std::this_thread::yield();
  std::this_thread::sleep_for(50ms);  // for the last of them to wait; fewer would make the check below fail, never pass
  at.answer(R"({"answers":[{"id":1,"track":1}]})");
  CHECK(size_of(at.transports.sent(3)[2]) == 8);
  at.answer(R"({"answers":[{"id":2,"track":2}]})");
  CHECK(size_of(at.transports.sent(4)[3]) == 2);
  for (std::uint64_t id = 3; id <= 12; ++id) at.answer(line(id, 3));
  for (auto& one : all) CHECK(one.get().outcome == Outcome::answered);
}

TEST_CASE("desk: when the program ends those who wait are let go", "[recommenders]") {
  At at;
  auto one = at.begin();
  at.transports.sent(1);
  at.transports.ends = true;
  CHECK(one.get().outcome == Outcome::down);
  CHECK(at.ask().outcome == Outcome::down);
}

TEST_CASE("desk: strict, a late answer is an error for all, and so is an end", "[recommenders]") {
  At late({.timeout = 20ms}, true);
  CHECK_THROWS_WITH(late.ask(),
                    "recommender \"mine\": no answer within 20 ms: a simulation whose result depended on "
                    "the time that answers take could not be repeated; want it faster, or a longer "
                    "timeout_ms");
  CHECK_THROWS_AS(late.ask(), Error);
  At ended({}, true);
  auto one = ended.begin();
  ended.transports.sent(1);
  ended.transports.receiver().down("ended with status 3");
  CHECK_THROWS_WITH(one.get(), "recommender \"mine\": ended with status 3");
}

TEST_CASE("desk: strict, the time of a line begins when the one before is answered", "[recommenders]") {
  At at({.timeout = 300ms}, true);
  auto first = at.begin();
  at.transports.sent(1);
  auto second = at.begin();
  at.transports.sent(2);
  std::this_thread::sleep_for(200ms);
  at.answer(line(1, 1));
  CHECK(first.get().outcome == Outcome::answered);
  CHECK(second.wait_for(200ms) == std::future_status::timeout);  // 400 ms since it was sent
  at.answer(line(2, 2));
  CHECK(second.get().outcome == Outcome::answered);
}
