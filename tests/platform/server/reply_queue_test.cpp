#include "platform/server/http/reply_queue.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "platform/core/error.h"
#include "tests/platform/server/test_server.h"

namespace crossfade::server {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

// Two ends of a connection.
struct Pair {
  Pair() {
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) throw std::runtime_error("no socket pair");
  }
  ~Pair() {
    for (const int end : ends) ::close(end);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  // Whatever has arrived by now.
  std::string received() const {
    std::string all;
    std::array<char, 65536> chunk;
    ssize_t n = 0;
    while ((n = ::recv(ends[1], chunk.data(), chunk.size(), MSG_DONTWAIT)) > 0) {
      all.append(chunk.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

  std::array<int, 2> ends{};
};

TEST_CASE("reply queue: a reply is sent when its ticket is durable, and not before") {
  const Pair pair;
  PendingReplies replies(pair.ends[0]);
  // Seen from within the wait for durability, on the queue's own thread: what was sent before it has arrived by then.
  std::vector<ReplyQueue::Ticket> asked;
  std::string early;
  bool pending = false;
  {
    ReplyQueue queue({.wait =
                          [&](ReplyQueue::Ticket ticket) {
                            asked.push_back(ticket);
                            early += pair.received();
                            pending = replies.any();
                          },
                      .instead = nullptr});
    queue.push(replies, "one", 7);
    queue.wait_until_sent(replies);
    CHECK_FALSE(replies.any());
    CHECK(pair.received() == "one");
  }
  CHECK(asked == std::vector<ReplyQueue::Ticket>{7});
  CHECK(early.empty());
  CHECK(pending);
}

TEST_CASE("reply queue: replies keep their order") {
  ReplyQueue queue({.wait = [](ReplyQueue::Ticket) {}, .instead = nullptr});
  const Pair pair;
  PendingReplies replies(pair.ends[0]);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string reply = std::to_string(i) + "\n";
    queue.push(replies, reply, static_cast<ReplyQueue::Ticket>(i));
    expected += reply;
  }
  queue.wait_until_sent(replies);
  CHECK(pair.received() == expected);
}

TEST_CASE("reply queue: what was not written is answered by something else") {
  ReplyQueue queue({.wait =
                        [](ReplyQueue::Ticket ticket) {
                          if (ticket == 2) throw Error::internal("disk full");
                        },
                    .instead = [](std::string_view why) { return "sorry: " + std::string(why); }});
  const Pair pair;
  PendingReplies replies(pair.ends[0]);
  for (const ReplyQueue::Ticket ticket : {1U, 2U, 3U}) queue.push(replies, std::to_string(ticket) + ";", ticket);
  queue.wait_until_sent(replies);
  // It says that the connection closes: what was behind it would be another request's answer.
  CHECK(pair.received() == "1;sorry: disk full");
  CHECK(replies.refused());
}

TEST_CASE("reply queue: a client that lets its replies lie is broken off, and others are served") {
  ReplyQueue queue({.wait = [](ReplyQueue::Ticket) {}, .instead = nullptr});
  const Pair lazy;
  const Pair keen;
  PendingReplies lazy_replies(lazy.ends[0]);
  PendingReplies keen_replies(keen.ends[0]);
  const std::string reply(10'000, 'x');
  for (int i = 0; i < 1000; ++i) queue.push(lazy_replies, reply, 1);  // 10 MB: more than a socket takes
  queue.push(keen_replies, "reply", 1);
  queue.wait_until_sent(keen_replies);
  queue.wait_until_sent(lazy_replies);
  CHECK(keen.received() == "reply");
  CHECK(lazy.received().size() < 1000 * reply.size());
  char byte = 0;
  CHECK(::recv(lazy.ends[1], &byte, 1, MSG_DONTWAIT) == 0);  // the end, not "nothing yet"
}

TEST_CASE("reply queue: many connections at once") {
  std::atomic<ReplyQueue::Ticket> waited = 0;
  ReplyQueue queue({.wait = [&](ReplyQueue::Ticket ticket) { waited += ticket; }, .instead = nullptr});
  constexpr int kThreads = 8;
  constexpr int kReplies = 500;
  std::vector<std::thread> threads;
  std::atomic<int> complete = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kReplies; ++n) {
        const Pair pair;
        PendingReplies replies(pair.ends[0]);
        queue.push(replies, "reply", 1);
        queue.wait_until_sent(replies);
        if (pair.received() == "reply") ++complete;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(complete == kThreads * kReplies);
  CHECK(waited == kThreads * kReplies);
}

TEST_CASE("server: a reply waits for its commit, and no other request waits for the reply") {
  TestServer server;
  std::promise<void> begun;
  std::promise<void> gate;
  auto durable = gate.get_future().share();
  server.commit = [&](service::Service::Ticket) {
    begun.set_value();
    durable.wait();
  };
  RawConnection waiting(server.port());
  RawConnection other(server.port());
  waiting.send(post("/next/1", R"({"track":1,"time":0.5})"));
  REQUIRE(begun.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready);
  other.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_THAT(other.answer(), EndsWith("{\"status\":\"alive\"}\n"));
  CHECK_FALSE(waiting.has_answer());
  gate.set_value();
  CHECK_THAT(waiting.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
}

TEST_CASE("server: replies of one connection keep the order of its requests, whatever they wait for") {
  TestServer server;
  std::promise<void> gate;
  auto durable = gate.get_future().share();
  server.commit = [&](service::Service::Ticket ticket) {
    if (ticket == 1) durable.wait();
  };
  RawConnection raw(server.port());
  const std::string body = R"({"track":1,"time":0.5})";
  raw.send(post("/next/1", body) + post("/next/2", body) + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" +
           post("/next/3", body) + "GET / HTTP/9\r\n\r\n");
  while (server.logged().size() < 2) std::this_thread::yield();
  gate.set_value();
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":2,\"track\":2}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"status\":\"alive\"}\n"));
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":3,\"track\":2}\n"));
  CHECK_THAT(raw.answer(), StartsWith("HTTP/1.1 400 "));
  CHECK(raw.closed());
}

TEST_CASE("server: a commit that fails is a 503 instead of the reply, and the end of its connection") {
  TestServer server;
  std::atomic<bool> broken = true;
  server.commit = [&](service::Service::Ticket) {
    if (broken) throw Error::internal("/secret/crossfade.db: disk full");
  };
  RawConnection raw(server.port());
  raw.send(post("/last/1", R"({"track":1,"time":0.5})"));
  const std::string answer = raw.answer();
  CHECK_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  CHECK_THAT(answer, EndsWith("{\"message\":\"cannot be logged now\"}\n"));
  CHECK_THAT(answer, Contains("Connection: close\r\n") && Contains("Retry-After: 1\r\n"));
  CHECK(raw.closed());
  CHECK(server.log() == std::vector<std::string>{"/secret/crossfade.db: disk full"});
  broken = false;
  RawConnection other(server.port());
  other.send(post("/next/1", R"({"track":1,"time":0.5})"));
  CHECK_THAT(other.answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_CASE("server: a stop sends the replies that wait for a commit") {
  TestServer server;
  std::promise<void> begun;
  std::promise<void> gate;
  auto durable = gate.get_future().share();
  server.commit = [&](service::Service::Ticket) {
    begun.set_value();
    durable.wait();
  };
  RawConnection raw(server.port());
  raw.send(post("/next/1", R"({"track":1,"time":0.5})"));
  begun.get_future().wait();
  server.stop();
  gate.set_value();
  CHECK_THAT(raw.answer(), EndsWith("{\"user\":1,\"track\":2}\n"));
  CHECK(raw.closed());
  server.join();
}

}  // namespace
}  // namespace crossfade::server
