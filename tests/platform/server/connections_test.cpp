#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/core/error.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using Clock = std::chrono::steady_clock;

const std::string kBody = R"({"track":1,"time":0.5})";

TEST_CASE("connections: idle ones beyond the number of threads keep nobody waiting") {
  TestServer server({.threads = 2});
  std::vector<std::unique_ptr<RawConnection>> idle;
  for (int i = 0; i < 64; ++i) {
    idle.push_back(std::make_unique<RawConnection>(server.port()));
    idle.back()->send(post("/next/1", kBody));
    CHECK_THAT(idle.back()->answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  }
  const auto begin = Clock::now();
  for (auto& connection : idle) {
    connection->send(post("/next/2", kBody));
    CHECK_THAT(connection->answer(), EndsWith("{\"user\":2,\"track\":2}\n"));
  }
  CHECK(Clock::now() - begin < 5s);  // the idle timeout is 15 s
}

TEST_CASE("connections: beyond the maximum everybody has a turn") {
  TestServer server({.threads = 2, .maximum_connections = 4});
  // Each client asks as fast as it is answered, and connects again where its connection was ended.
  constexpr int kClients = 16;
  constexpr int kRequests = 50;
  std::vector<std::future<Clock::duration>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::async(std::launch::async, [&server] {
      auto connection = std::make_unique<RawConnection>(server.port());
      Clock::duration longest{};
      for (int done = 0; done < kRequests;) {
        const auto begin = Clock::now();
        connection->send(post("/next/1", kBody));
        const std::string answer = connection->answer();
        if (answer.ends_with("{\"user\":1,\"track\":2}\n")) {
          ++done;
          longest = std::max(longest, Clock::now() - begin);
        }
        if (answer.empty() || answer.find("Connection: close") != std::string::npos) {
          connection = std::make_unique<RawConnection>(server.port());
        }
      }
      return longest;
    }));
  }
  for (auto& client : clients) CHECK(client.get() < 2s);
}

TEST_CASE("connections: silent ones make room for others at the maximum") {
  TestServer server({.threads = 1, .maximum_connections = 2});
  RawConnection silent_one(server.port());
  RawConnection silent_two(server.port());
  silent_one.send(post("/next/1", kBody));
  silent_two.send(post("/next/1", kBody));
  CHECK_FALSE(silent_one.answer().empty());
  CHECK_FALSE(silent_two.answer().empty());
  const auto begin = Clock::now();
  RawConnection third(server.port());
  third.send(post("/next/3", kBody));
  CHECK_THAT(third.answer(), EndsWith("{\"user\":3,\"track\":2}\n"));
  CHECK(Clock::now() - begin < 5s);  // silence is 1 s at most then, not the idle timeout of 15 s
}

TEST_CASE("connections: the longest silent makes room at once") {
  // A connection that had been silent for less than a second once kept its thread, and 1 100 of them everybody else.
  TestServer server({.threads = 1, .maximum_connections = 50});
  std::vector<std::unique_ptr<RawConnection>> silent;
  for (int i = 0; i < 200; ++i) silent.push_back(std::make_unique<RawConnection>(server.port()));
  for (int i = 0; i < 100; ++i) {  // in the middle of a request
    silent.push_back(std::make_unique<RawConnection>(server.port()));
    silent.back()->send("POST /next/1 HTTP/1.1\r\nHost: loc");
  }
  const auto begin = Clock::now();
  RawConnection one_more(server.port());
  one_more.send(post("/next/3", kBody));
  CHECK_THAT(one_more.answer(), EndsWith("{\"user\":3,\"track\":2}\n"));
  CHECK(Clock::now() - begin < 1s);  // some milliseconds
  CHECK(silent.front()->closed());
}

// Reports that compute until they are let go.
class HeldReports {
 public:
  explicit HeldReports(TestServer& server) {
    server.before_report = [this](const std::string&) {
      ++begun_;
      begun_.notify_all();
      open_.wait();
    };
  }
  void await(int begun) const {
    for (int now = begun_; now < begun; now = begun_) begun_.wait(now);
  }
  void let_go() { gate_.set_value(); }

 private:
  std::atomic<int> begun_ = 0;
  std::promise<void> gate_;
  std::shared_future<void> open_ = gate_.get_future().share();
};

std::string get_results(const std::string& experiment) {
  return "GET /api/v1/experiments/" + experiment + "/results HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

TEST_CASE("connections: analyses that wait hold no thread, and are refused where too many do") {
  // 1 200 clients of one slow page once had all the threads that log.
  TestServer server({.threads = 1, .most_waiting = 4});
  HeldReports held(server);
  std::vector<std::unique_ptr<RawConnection>> clients;
  const auto ask = [&](const std::string& experiment) {
    clients.push_back(std::make_unique<RawConnection>(server.port()));
    clients.back()->send(get_results(experiment));
  };
  ask("a");
  ask("b");
  held.await(2);  // reports of different experiments are computed at a time
  for (const char* experiment : {"c", "d", "e", "f", "g"}) ask(experiment);
  // The one of them that was read last is refused, which need not be the one that asked last.
  const auto answered = [](const auto& client) { return client->has_answer(); };
  auto found = std::ranges::find_if(clients, answered);
  for (; found == clients.end(); found = std::ranges::find_if(clients, answered)) std::this_thread::yield();
  RawConnection& refused = **found;
  const std::string answer = refused.answer();
  CHECK_THAT(answer, StartsWith("HTTP/1.1 429 Too Many Requests\r\n") && Contains("\r\nRetry-After: 1\r\n"));
  CHECK_THAT(answer, Contains("\"detail\":\"too many analyses are asked for, want some seconds in between\""));
  for (int i = 0; i < 20; ++i) {
    RawConnection other(server.port());
    other.send(post("/next/1", kBody));
    CHECK_THAT(other.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  }
  held.let_go();
  for (const auto& client : clients) {
    if (client.get() != &refused) CHECK_THAT(client->answer(), StartsWith("HTTP/1.1 404 "));
  }
  refused.send(post("/next/1", kBody));  // it was not ended
  CHECK_THAT(refused.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("connections: an analysis that has waited for too long is refused") {
  TestServer server({.threads = 1, .longest_wait = 300ms});
  HeldReports held(server);
  RawConnection one(server.port());
  RawConnection two(server.port());
  RawConnection late(server.port());
  one.send(get_results("a"));
  held.await(1);
  two.send(get_results("b"));
  held.await(2);
  late.send(get_results("c"));
  CHECK_THAT(late.answer(), StartsWith("HTTP/1.1 429 "));
  held.let_go();
  for (RawConnection* const held_up : {&one, &two}) CHECK_THAT(held_up->answer(), StartsWith("HTTP/1.1 404 "));
}

TEST_CASE("connections: a stop refuses analyses that wait, at once, and interrupts those that do not end") {
  TestServer server({.threads = 1, .most_waiting = 1, .drain_timeout = 200ms});
  HeldReports held(server);
  server.interrupt = [&] { held.let_go(); };
  RawConnection one(server.port());
  RawConnection two(server.port());
  RawConnection three(server.port());
  RawConnection four(server.port());
  one.send(get_results("a"));
  held.await(1);
  two.send(get_results("b"));
  held.await(2);
  three.send(get_results("c"));
  four.send(get_results("d"));
  while (!three.has_answer() && !four.has_answer()) std::this_thread::yield();  // one is refused: the other waits
  RawConnection& waits = three.has_answer() ? four : three;
  server.stop();
  CHECK_THAT(waits.answer(), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  server.join();
  CHECK(one.closed());
}

TEST_CASE("connections: a stop ends idle ones at once") {
  TestServer server;
  RawConnection fresh(server.port());
  RawConnection used(server.port());
  used.send(post("/next/1", kBody));
  CHECK_FALSE(used.answer().empty());
  const auto begin = Clock::now();
  server.stop();
  server.join();
  CHECK(Clock::now() - begin < 2s);
  CHECK(used.closed());
  CHECK(fresh.closed());
  CHECK_THROWS(RawConnection(server.port()));
}

TEST_CASE("connections: a stop lets requests under way end, and says that the connection does") {
  TestServer server;
  std::promise<void> begun;
  std::promise<void> gate;
  auto open = gate.get_future().share();
  server.before = [&](const service::Event&) {
    begun.set_value();
    open.wait();
  };
  RawConnection raw(server.port());
  raw.send(post("/next/1", kBody));
  begun.get_future().wait();
  server.stop();
  gate.set_value();
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  CHECK(raw.closed());
  server.join();
  CHECK(server.logged().size() == 1);
}

TEST_CASE("connections: a stop does not wait for a client that never finishes its request") {
  TestServer server({.idle_timeout_s = 600, .drain_timeout = 50ms});
  auto raw = std::make_unique<RawConnection>(server.port());
  raw->send(
      "POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
      "Expect: 100-continue\r\n\r\n{");
  // From here on the request is under way: the connection is none of the idle ones, which end at once.
  REQUIRE_THAT(raw->answer(), Contains("100 Continue"));
  server.stop();
  auto ended = std::async(std::launch::async, [&server] { server.join(); });
  // A server that waits would do so for ten minutes, or until the client leaves.
  CHECK(ended.wait_for(60s) == std::future_status::ready);
  raw.reset();
  ended.get();
  CHECK(server.logged().empty());
}

TEST_CASE("connections: a stop before the server runs, and twice, is a stop") {
  const recommenders::Catalogue tracks({}, {});
  const FixedClock clock;
  Server server({}, tracks, clock, {}, {.port = 0});
  server.stop();
  server.stop();
  auto running = std::async(std::launch::async, [&server] { server.run(); });
  CHECK(running.wait_for(60s) == std::future_status::ready);  // no time at all, or for ever
  server.stop();
  running.get();
}

TEST_CASE("server: a port that is taken is the user's fault, clearly said") {
  const TestServer first;
  const recommenders::Catalogue catalogue({}, {});
  const FixedClock clock;
  try {
    const Server second({}, catalogue, clock, {}, {.port = first.port()});
    FAIL("two servers on one port");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    CHECK(error.what() == "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
  }
}

}  // namespace
}  // namespace crossfade::server
