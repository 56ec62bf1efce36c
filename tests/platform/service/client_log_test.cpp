#include "platform/service/client_log.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/random.h"
#include "platform/service/logged_ids.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::service;

namespace {

using Urgency = storage::EventWriter::Urgency;

// In memory; refuses what it is told to, as a locked file does, and waits as long as it is held.
class LockedStore final : public storage::MemoryStore {
 public:
  void append(const EventBatch& batch) override {
    // Not for ever: a test that fails must end.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (held && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    probe();
    MemoryStore::append(batch);
    events += batch.events.size();
  }
  void probe() override {
    if (locked) throw Error::unavailable("store.db: database is locked");
  }
  std::atomic<bool> held = false;
  std::atomic<bool> locked = false;
  std::atomic<std::size_t> events = 0;
};

struct Logging {
  LockedStore store;
  storage::EventWriter writer{store, {.heals = true, .retry = std::chrono::milliseconds(1)}};
  ClientLog log{store, writer};

  Taken begin(const std::vector<std::string>& ids, Timestamp at = {1000}) {
    return log.begin(rows(ids, at), Urgency::awaited).value();
  }
  static ClientRows rows(const std::vector<std::string>& ids, Timestamp at = {1000}) {
    ClientRows rows{.ids = {}, .at = at};
    for (const std::string& id : ids) {
      rows.events.push_back({.unit = {"7"}, .name = id, .at = at});
      rows.ids.push_back(id.empty() ? std::nullopt : std::optional(logged_id(Logged::event, id, at)));
    }
    return rows;
  }
  // "2+1": accepted and repeated.
  std::string log_now(const std::vector<std::string>& ids, Timestamp at = {1000}) {
    const Taken taken = begin(ids, at);
    writer.wait(taken.ticket);
    return std::to_string(taken.accepted) + "+" + std::to_string(taken.repeated);
  }
  void wait_until_healed() const {
    while (!writer.accepts()) std::this_thread::yield();
  }
};

}  // namespace

TEST_CASE("client log: an id counts once, a row without one each time", "[service]") {
  Logging at;
  CHECK(at.log_now({"a", "b"}) == "2+0");
  CHECK(at.log_now({"b", "c", "c", ""}) == "2+2");
  CHECK(at.log_now({"a", "b", "c"}) == "0+3");
  CHECK(at.log_now({"", ""}) == "2+0");
  CHECK(at.store.events == 6);
  // Another kind's id is another one, whatever stands in the row.
  ClientRows session{.sessions = {{.id = {1}, .unit = {"7"}, .latency_ms = {}, .started = {1}, .ended = {2}}},
                     .ids = {logged_id(Logged::session, "a", {1000})},
                     .at = {1000}};
  CHECK(at.log.begin(std::move(session), Urgency::awaited)->accepted == 1);
}

TEST_CASE("client log: what is left of rows is what did not come before, each kind", "[service]") {
  Logging at;
  at.log_now({"a"});
  at.log_now({"x", "a", "y", "a", "z"});
  std::vector<std::string> names;
  for (const auto& one : at.store.event_names()) names.push_back(one.name + std::to_string(one.events));
  CHECK(names == std::vector<std::string>{"a1", "x1", "y1", "z1"});
}

TEST_CASE("client log: a restart knows the ids of the last seven days", "[service]") {
  Logging at;
  const Timestamp day8{8 * kMsPerDay};
  CHECK(at.log_now({"old"}, {0}) == "1+0");
  CHECK(at.log_now({"new"}, day8) == "1+0");
  ClientLog again(at.store, at.writer);
  CHECK(again.begin(Logging::rows({"new"}, day8), Urgency::awaited)->repeated == 1);
  CHECK(again.begin(Logging::rows({"old"}, day8), Urgency::awaited)->accepted == 1);
}

TEST_CASE("client log: the same id at once is told when the first is durable", "[service]") {
  Logging at;
  at.store.held = true;
  const Taken first = at.begin({"a"});
  std::atomic<bool> begun = false;
  std::atomic<bool> told = false;
  Taken second;
  std::thread other([&] {
    second = at.begin({"a"});
    begun = true;
    at.writer.wait(second.ticket);
    told = true;
  });
  while (!begun) std::this_thread::yield();
  CHECK_FALSE(told);
  at.store.held = false;
  other.join();
  CHECK(second.repeated == 1);
  CHECK(second.ticket >= first.ticket);
  CHECK(at.store.events == 1);
}

// The first may have been told that it was refused; who sends it again must find a place.
TEST_CASE("client log: of rows that were refused no id is known", "[service]") {
  Logging at;
  at.log_now({"a"});
  at.store.locked = true;
  at.store.held = true;
  const Taken first = at.begin({"b"});
  const Taken second = at.begin({"b", "a"});
  CHECK(second.repeated == 2);
  at.store.held = false;
  CHECK_THROWS_AS(at.writer.wait(first.ticket), Error);
  CHECK_THROWS_AS(at.writer.wait(second.ticket), Error);  // it would have told of the first
  CHECK_THROWS_AS(at.begin({"c"}), Error);
  at.store.locked = false;
  at.wait_until_healed();
  CHECK(at.log_now({"a", "b", "c"}) == "2+1");
  CHECK(at.store.events == 3);
}

TEST_CASE("client log: many threads that send everything twice log it once", "[service]") {
  Logging at;
  constexpr int kThreads = 4;
  constexpr int kRows = 500;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> accepted = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&at, &accepted, thread] {
      for (int i = 0; i < kRows; ++i) {
        for (int time = 0; time < 2;) {
          // Two threads send each id.
          const std::string id = std::to_string(thread / 2) + "-" + std::to_string(i);
          try {
            if (i % 50 == thread) at.store.locked = !at.store.locked;
            const Taken taken = at.begin({id});
            at.writer.wait(taken.ticket);
            accepted += taken.accepted;
            ++time;
          } catch (const Error&) {
            at.store.locked = false;
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(accepted == kThreads / 2 * kRows);
  CHECK(at.store.events == kThreads / 2 * kRows);
}

TEST_CASE("client log: too many ids are refused, rows without one are not", "[service]") {
  LockedStore store;
  storage::EventWriter writer{store, {.heals = true}};
  ClientLog log(store, writer, 3);
  CHECK(log.begin(Logging::rows({"a", "b"}), Urgency::awaited)->accepted == 2);
  CHECK_FALSE(log.begin(Logging::rows({"c", "d"}), Urgency::awaited));
  CHECK(log.begin(Logging::rows({"c"}), Urgency::awaited)->accepted == 1);  // of the refused ones none is known
  CHECK_FALSE(log.begin(Logging::rows({"d"}), Urgency::awaited));
  CHECK(log.begin(Logging::rows({"", "a"}), Urgency::awaited)->accepted == 1);
  CHECK(log.begin(Logging::rows({"d"}, {9 * kMsPerDay}), Urgency::awaited)->accepted == 1);
}

TEST_CASE("logged ids: a day goes as a whole, when its last id is seven days old", "[service]") {
  LoggedIds ids;
  CHECK(ids.add(logged_id(Logged::event, "1", {0})));
  CHECK(ids.add(logged_id(Logged::event, "2", {kMsPerDay - 1})));
  CHECK(ids.add(logged_id(Logged::event, "3", {kMsPerDay})));
  CHECK_FALSE(ids.add(logged_id(Logged::event, "1", {3 * kMsPerDay})));
  ids.forget({8 * kMsPerDay - 1});
  CHECK(ids.size() == 3);
  ids.forget({8 * kMsPerDay});
  CHECK(ids.size() == 1);
  CHECK(ids.add(logged_id(Logged::event, "1", {8 * kMsPerDay})));
  CHECK_FALSE(ids.add(logged_id(Logged::event, "3", {8 * kMsPerDay})));
}

TEST_CASE("id set: as a set, whatever is added and removed", "[service]") {
  Random random{7};
  IdSet ids;
  std::set<std::uint64_t> known;
  for (int i = 0; i < 200'000; ++i) {
    // Few homes, so that runs are long; 0 too.
    const std::uint64_t number = random.below(3000);
    const LoggedId id{.high = number % 50 * 31, .low = number, .at = {}};
    if (number == 1) continue;  // 0 stands as 1
    if (random.below(2) == 0) {
      CHECK(ids.add(id) == known.insert(number).second);
    } else {
      ids.remove(id);
      known.erase(number);
    }
    if (i % 5000 != 0) continue;
    REQUIRE(ids.size() == known.size());
    for (std::uint64_t other = 2; other < 3000; ++other) {
      REQUIRE(ids.contains({.high = other % 50 * 31, .low = other, .at = {}}) == known.contains(other));
    }
  }
}
