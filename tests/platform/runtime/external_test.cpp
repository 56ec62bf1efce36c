// Real children, and a real server.
#include <fmt/format.h>
#include <httplib.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/core/error.h"
#include "platform/runtime/external/http_transport.h"
#include "platform/runtime/external/pump.h"
#include "platform/runtime/external/transports.h"
#include "recommenders/external/desk.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::runtime::external;
using namespace std::chrono_literals;

namespace {

// Remembers what it is told, and waits for it.
class Told final : public recommenders::external::Receiver {
 public:
  void up() override { add("up"); }
  void down(const std::string& why) override { add("down: " + why); }
  void received(std::uint64_t /*sent*/, std::string_view message) override { add(std::string(message)); }
  void over(std::uint64_t sent, const std::string& why) override { add(fmt::format("over {}: {}", sent, why)); }
  void say(const std::string& line) { add("log: " + line); }

  // All so far, once `wanted` is among them.
  std::vector<std::string> until(const std::string& wanted) {
    std::unique_lock lock(mutex_);
    const auto there = [&] {
      return std::ranges::any_of(all_, [&](const std::string& one) { return one.starts_with(wanted); });
    };
    if (!changed_.wait_for(lock, 30s, there)) {
      for (const std::string& one : all_) UNSCOPED_INFO(one);
      FAIL("never told: " << wanted);
    }
    return all_;
  }
  std::string one(const std::string& wanted) {
    const auto all = until(wanted);
    return *std::ranges::find_if(all, [&](const std::string& line) { return line.starts_with(wanted); });
  }
  std::size_t count(const std::string& wanted) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [&](const std::string& line) { return line.starts_with(wanted); }));
  }

 private:
  void add(std::string text) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(text));
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> all_;
};

Pump::Options options(Told& told, const TemporaryDirectory& directory, const std::string& command) {
  return {.command = command,
          .directory = directory.path(),
          .before = "mine: ",
          .say = [&told](const std::string& line) { told.say(line); },
          .first_pause = 10ms,
          .grace = 200ms};
}

bool is_running(pid_t process) {
  return ::kill(process, 0) == 0;
}

}  // namespace

TEST_CASE("pump: lines go there and back, in the directory, with the environment", "[runtime]") {
  const TemporaryDirectory directory;
  directory.write("here.txt", "in the directory\n");
  Told told;
  auto how = options(told, directory, "cat here.txt; echo \"$WHERE\"; cat");
  how.environment = {"WHERE=there"};
  Pump pump(std::move(how), told);
  told.until("there");
  pump.send(1, "{\"id\":1}");
  pump.send(2, std::string(1 << 20, 'x'));  // more than a pipe holds
  told.until("{\"id\":1}");
  CHECK(told.one("xxx").size() == 1 << 20);
  CHECK(told.count("in the directory") == 1);
  CHECK(told.count("down") == 0);
}

TEST_CASE("pump: stderr goes to the log, line by line", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  Pump pump(options(told, directory, "echo one >&2; printf 'no end' >&2; exit 3"), told);
  told.until("log: mine: one");
  told.until("log: mine: no end");
  CHECK(told.one("down").starts_with("down: ended with status 3; starts again in 10 ms"));
}

TEST_CASE("pump: who floods stderr is read, and the log stays short", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  Pump pump(options(told, directory, "yes noise | head -n 200000 >&2; cat"), told);
  told.until("up");
  pump.send(1, "answer");
  told.until("answer");
  CHECK(told.count("log: mine: noise") == 50);
}

TEST_CASE("pump: who ends is started again, later each time", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  Pump pump(options(told, directory, "exit 1;"), told);
  told.until("down: ended with status 1; starts again in 10 ms");
  told.until("down: ended with status 1; starts again in 20 ms");
  told.until("down: ended with status 1; starts again in 40 ms");
  CHECK(told.count("up") >= 3);
}

TEST_CASE("pump: who cannot be run says so", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  Pump pump(options(told, directory, "no-such-program --at-all"), told);
  CHECK(told.one("down").starts_with("down: ended with status 127"));
  CHECK(told.one("log: ").find("no-such-program") != std::string::npos);
  auto nowhere = options(told, directory, "true");
  nowhere.directory = directory.path() / "nowhere";
  Told other;
  Pump lost(std::move(nowhere), other);
  CHECK(other.one("down").starts_with("down: cannot be started in " + (directory.path() / "nowhere").string()));
}

TEST_CASE("pump: who is killed, or closes its stdout, is down", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  Pump killed(options(told, directory, "kill -9 $$"), told);
  CHECK(told.one("down").starts_with("down: was ended by signal 9 (Killed)"));
  Told other;
  Pump silent(options(other, directory, "exec 1>&-; sleep 100"), other);
  CHECK(other.one("down").starts_with("down: has closed its stdout"));
}

TEST_CASE("pump: a line that is too long is passed over, and the next one is read", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  auto how = options(told, directory, "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo next; cat");
  how.longest_line = 100'000;
  Pump pump(std::move(how), told);
  told.until("next");
  CHECK(told.one("xxx").size() == 64);  // its beginning, which is no answer
  // As often as it was too long: whoever waits for the next answer is not kept. How much is read at once is the
  // system's.
  CHECK(told.count("xxx") >= 5);
  CHECK(told.count("xxx") <= 9);
}

TEST_CASE("pump: who does not answer is replaced", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  Pump pump(options(told, directory, "echo $$; sleep 100"), told);
  told.until("up");
  pump.replace("has not answered for 10 s");
  told.until("down: has not answered for 10 s");
}

TEST_CASE("pump: it ends who ignores the request to end, and leaves nobody behind", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  pid_t process = 0;
  {
    // A shell and its child, neither of which listens; the first line is its number.
    Pump pump(options(told, directory, "trap '' TERM; echo pid $$; sleep 100 & while :; do sleep 1; done"), told);
    process = static_cast<pid_t>(std::stoi(told.one("pid ").substr(4)));
    CHECK(is_running(process));
    CHECK(is_running(-process));
  }
  CHECK_FALSE(is_running(process));
  // The group's last members are reaped by whoever adopts them.
  for (int i = 0; i < 500 && is_running(-process); ++i) std::this_thread::sleep_for(10ms);
  CHECK(told.count("down") == 0);  // nobody is told any more
}

TEST_CASE("transports: a process finds the catalogue, and ends with the program", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  {
    ProgramTransports all({.directory = directory.path(),
                           .catalogue = directory.path() / "world/tracks.json",
                           .say = [&told](const std::string& line) { told.say(line); }});
    const auto transport =
        all.process({.recommender = "mine", .command = "echo $CROSSFADE_CATALOGUE; cat", .most_messages = 3}, told);
    told.until((directory.path() / "world/tracks.json").string());
    CHECK(transport->most_messages() == 3);
  }
  CHECK(told.count("down") == 0);
}

TEST_CASE("transports: whose lines are no answers has nobody wait", "[runtime]") {
  const TemporaryDirectory directory;
  Told told;
  ProgramTransports all({.directory = directory.path(),
                         .catalogue = directory.path() / "world/tracks.json",
                         .say = [&told](const std::string& line) { told.say(line); }});
  // What is there is waited for, so this takes a minute where it is not passed over at once.
  recommenders::external::Desk desk(
      {.recommender = "mine", .tracks = 100, .timeout = 60s, .concurrency = 4, .starts = true}, all,
      [](auto& transports, auto& receiver) {
        return transports.process(
            {.recommender = "mine",
             .command =
                 "read -r one; echo '{\"id\":1,\"track\":NaN}'; read -r two; printf '{\"id\":2,\"track\":7}\\0\\n'; "
                 "read -r three; head -c 5000000 /dev/zero | tr '\\0' x; "
                 "read -r four; head -c 5000000 /dev/zero | tr '\\0' x; echo; "
                 "read -r five; echo '{\"id\":5,\"track\":7}'; cat",
             .most_messages = 4},
            receiver);
      });
  const auto ask = [&] {
    return desk.ask(std::chrono::steady_clock::now(),
                    [](std::uint64_t id) { return fmt::format(R"({{"id":{}}})", id); });
  };
  for (int i = 0; i < 4; ++i) CHECK(ask().outcome == recommenders::external::Outcome::invalid);
  CHECK(ask().track == TrackId{7});
  told.until(R"(log: recommender "mine": "{"id":1,"track":NaN}" is no JSON)");
  told.until(R"(log: recommender "mine": "{"id":2,"track":7}\x00" is no JSON)");
  CHECK(told.one(R"(log: recommender "mine": "xxx)").size() < 200);
}

TEST_CASE("transports: the directory of a configuration", "[runtime]") {
  CHECK(directory_of("/a/b/experiments.yaml") == "/a/b");
  CHECK(directory_of("experiments.yaml") == std::filesystem::current_path());
}

namespace {

// A server that answers what the test says, on a port of its own.
class Answering {
 public:
  explicit Answering(httplib::Server::Handler handler) {
    server_.set_tcp_nodelay(true);
    server_.Post("/recommend", std::move(handler));
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Answering() {
    server_.stop();
    thread_.join();
  }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  std::string url() const { return fmt::format("http://127.0.0.1:{}/recommend", port_); }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

HttpTransport transport_to(const std::string& url, Told& told, std::chrono::milliseconds timeout = 20s,
                           std::size_t most_messages = 4) {
  return {{.recommender = "mine", .url = url, .most_messages = most_messages, .timeout = timeout}, told};
}

}  // namespace

TEST_CASE("http transport: a message is posted, and what comes back is received", "[runtime]") {
  Told told;
  std::mutex mutex;
  std::vector<int> ports;
  const Answering server([&](const httplib::Request& request, httplib::Response& response) {
    {
      const std::lock_guard lock(mutex);
      ports.push_back(request.remote_port);
    }
    response.set_content("got " + request.body + request.get_header_value("Content-Type"), "text/plain");
  });
  HttpTransport transport = transport_to(server.url(), told, 20s, 1);  // who has more may take another connection
  transport.send(1, "one ");
  told.until("got one application/json");
  told.until("over 1: ");
  transport.send(2, "two ");
  told.until("got two application/json");
  const std::lock_guard lock(mutex);
  REQUIRE(ports.size() == 2);
  CHECK(ports[0] == ports[1]);  // the connection is kept
}

TEST_CASE("http transport: what fails is told", "[runtime]") {
  Told told;
  const Answering server([](const httplib::Request&, httplib::Response& response) { response.status = 503; });
  HttpTransport transport = transport_to(server.url(), told);
  transport.send(1, "x");
  CHECK(told.one("over 1") == "over 1: " + server.url() + ": answered by 503");
  HttpTransport nobody = transport_to("http://127.0.0.1:1/recommend", told);
  nobody.send(2, "x");
  CHECK(told.one("over 2") == "over 2: http://127.0.0.1:1/recommend: cannot connect");
}

TEST_CASE("http transport: what nobody waits for any more is broken off", "[runtime]") {
  Told told;
  std::atomic<bool> asked = false;
  std::atomic<bool> ends = false;
  const Answering server([&](const httplib::Request&, httplib::Response&) {
    asked = true;
    while (!ends) std::this_thread::sleep_for(1ms);
  });
  {
    HttpTransport transport = transport_to(server.url(), told, 60s);
    transport.send(1, "x");
    while (!asked) std::this_thread::yield();
    transport.abandon(1);
    told.until("over 1: ");
    asked = false;
    transport.send(2, "x");
    while (!asked) std::this_thread::yield();
  }  // and it ends without waiting for the second
  ends = true;
  CHECK(told.count("over 2") == 0);
}

TEST_CASE("http transport: an address is told by what is wrong with it", "[runtime]") {
  Told told;
  const auto fault = [&](const std::string& url) {
    try {
      transport_to(url, told);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(fault("127.0.0.1:9000") == "url is 127.0.0.1:9000: without a scheme, want http://HOST:PORT/PATH");
  CHECK(fault("ftp://a/b") == "url is ftp://a/b: another scheme, want http://HOST:PORT/PATH");
  CHECK(fault("http:///b") == "url is http:///b: without a host, want http://HOST:PORT/PATH");
  CHECK(fault("http://a b/").ends_with("not an address to post to, want http://HOST:PORT/PATH"));
  CHECK(fault("http://localhost:9000").empty());
}
