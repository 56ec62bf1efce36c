#include "platform/storage/contract/event_writer.h"

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "platform/core/error.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

// A memory store that stops at a gate, counts its batches and fails when told to.
class GatedStore final : public EventStore {
 public:
  void append(const EventBatch& batch) override {
    waiting_ = true;
    waiting_.notify_all();
    open_.wait(false);
    if (full_) throw Error::internal("store.db: database or disk is full");
    memory.append(batch);
    ++batches;
  }
  void close() { open_ = false; }
  void open() {
    open_ = true;
    open_.notify_all();
  }
  // Returns when somebody is at the gate.
  void await_visitor() { waiting_.wait(false); }
  void fill_disk() { full_ = true; }

  std::vector<UnitTable> unit_tables(const AggregateQuery& query) const override { return memory.unit_tables(query); }
  std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope) const override {
    return memory.metric_sql(metric, scope);
  }
  Traffic traffic(const TrafficQuery& query) const override { return memory.traffic(query); }
  void record_look(const Look& look) override { memory.record_look(look); }
  std::vector<Look> looks() const override { return memory.looks(); }
  void visit_exposures(const std::function<void(const Exposure&)>& visit) const override {
    memory.visit_exposures(visit);
  }
  UnitHistory unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const override {
    return memory.unit_history(unit, limits);
  }
  std::vector<OpenSession> open_sessions() const override { return memory.open_sessions(); }
  SessionId last_session() const override { return memory.last_session(); }
  std::optional<Timestamp> last_playback() const override { return memory.last_playback(); }
  void record_configuration(const StoredConfiguration& configuration) override {
    memory.record_configuration(configuration);
  }
  std::vector<StoredConfiguration> configurations() const override { return memory.configurations(); }
  void import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) override {
    memory.import(files, next_batch);
  }
  std::vector<ImportedFile> imports() const override { return memory.imports(); }

  MemoryStore memory;
  std::atomic<int> batches{0};

 private:
  std::atomic<bool> open_{true};
  std::atomic<bool> waiting_{false};
  std::atomic<bool> full_{false};
};

EventBatch one(const std::string& unit, int position) {
  return {.playbacks = {playback(unit, 1, position, position)}};
}

}  // namespace

TEST_CASE("writer: what was waited for is in the store", "[storage]") {
  MemoryStore store;
  EventWriter writer{store, {}};
  for (int i = 0; i < 100; ++i) {
    writer.wait(writer.submit(one("7", i)));
    REQUIRE(store.playbacks().size() == static_cast<std::size_t>(i) + 1);
  }
  commit(writer, one("7", 100));
  CHECK(store.playbacks().size() == 101);
}

TEST_CASE("writer: rows of every kind reach the store, and each alone is worth a commit", "[storage]") {
  const EventBatch all{.playbacks = {playback("7", 1, 0, 10)},
                       .sessions = {session("7", 1, 1, 0.5, 10, 20)},
                       .exposures = {exposure("7", "e", "a", 10)},
                       .events = {{.unit = {"7"}, .name = "purchase", .value = 2.5, .at = {30}}}};
  EventBatch taken = all;
  EventBatch gathered;
  gathered.take(taken);
  CHECK(taken.empty());
  CHECK(gathered.rows() == 4);
  const auto write = [](const EventBatch& batch) {
    GatedStore store;
    {
      EventWriter writer{store, {}};
      commit(writer, batch);
      CHECK(store.batches == 1);
    }
    const UnitHistory history = store.memory.unit_history({"7"}, {});
    return std::array{static_cast<std::int64_t>(store.memory.playbacks().size()), history.sessions_total,
                      static_cast<std::int64_t>(store.memory.exposures().size()), history.events_total};
  };
  CHECK(write(all) == std::array<std::int64_t, 4>{1, 1, 1, 1});
  CHECK(write({.playbacks = all.playbacks})[0] == 1);
  CHECK(write({.sessions = all.sessions}) == std::array<std::int64_t, 4>{0, 1, 0, 0});
  CHECK(write({.exposures = all.exposures}) == std::array<std::int64_t, 4>{0, 0, 1, 0});
  CHECK(write({.events = all.events}) == std::array<std::int64_t, 4>{0, 0, 0, 1});
}

TEST_CASE("writer: many threads wait at the same time, each sees its own", "[storage]") {
  constexpr int thread_count = 16;
  constexpr int each_count = 300;
  MemoryStore store;
  EventWriter writer{store, {}};
  std::vector<std::thread> threads;
  threads.reserve(thread_count);
  for (int thread = 0; thread < thread_count; ++thread) {
    threads.emplace_back([&writer, thread] {
      for (int i = 0; i < each_count; ++i) {
        if (i % 3 == 0) {
          writer.wait(writer.submit(one(std::to_string(thread), i)));
        } else {
          commit(writer, one(std::to_string(thread), i));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto playbacks = store.playbacks();
  REQUIRE(playbacks.size() == std::size_t{thread_count} * each_count);
  // Those of one thread stand in the order of their submits.
  std::map<UnitId, std::int32_t> next;
  for (const Playback& each : playbacks) CHECK(each.position == next[each.unit]++);
}

TEST_CASE("writer: what arrives during a commit is committed together", "[storage]") {
  GatedStore store;
  store.close();
  EventWriter writer{store, {}};
  std::vector<std::future<void>> waiting;
  waiting.push_back(std::async(std::launch::async, [&writer] { commit(writer, one("first", 0)); }));
  store.await_visitor();
  EventWriter::Ticket last = 0;
  for (int i = 0; i < 50; ++i) last = writer.submit(one("7", i));
  waiting.push_back(std::async(std::launch::async, [&writer, last] { writer.wait(last); }));
  store.open();
  for (auto& each : waiting) each.get();
  CHECK(store.memory.playbacks().size() == 51);
  CHECK(store.batches == 2);
}

TEST_CASE("writer: without anybody waiting, rows are gathered", "[storage]") {
  GatedStore store;
  EventWriter writer{store, {.bulk_rows = 1000, .linger = std::chrono::minutes(10)}};
  for (int i = 0; i < 5000; ++i) writer.submit(one("7", i));
  writer.flush();
  CHECK(store.memory.playbacks().size() == 5000);
  CHECK(store.batches <= 6);
}

TEST_CASE("writer: rows that nobody waits for are written after the linger time", "[storage]") {
  GatedStore store;
  EventWriter writer{store, {.linger = std::chrono::milliseconds(1)}};
  writer.submit(one("7", 0));
  store.await_visitor();  // or for ever
}

TEST_CASE("writer: submit waits while the queue is full", "[storage]") {
  GatedStore store;
  store.close();
  EventWriter writer{store, {.capacity = 4, .bulk_rows = 1}};
  std::atomic<int> submitted{0};
  auto submits = std::async(std::launch::async, [&] {
    for (int i = 0; i < 100; ++i) {
      writer.submit(one("7", i));
      ++submitted;
    }
  });
  store.await_visitor();
  // At most what the store has taken (the queue's four) and what the queue holds.
  CHECK(submitted <= 8);
  store.open();
  submits.get();
  writer.flush();
  CHECK(store.memory.playbacks().size() == 100);
}

TEST_CASE("writer: an empty batch is durable at once", "[storage]") {
  MemoryStore store;
  EventWriter writer{store, {}};
  writer.wait(writer.submit({}));
  commit(writer, {});
  writer.flush();
  CHECK(store.playbacks().empty());
}

TEST_CASE("writer: the destructor writes what is waiting", "[storage]") {
  MemoryStore store;
  {
    EventWriter writer{store, {.linger = std::chrono::minutes(10)}};
    for (int i = 0; i < 10; ++i) writer.submit(one("7", i));
  }
  CHECK(store.playbacks().size() == 10);
}

TEST_CASE("writer: after a failure nothing is acknowledged", "[storage]") {
  const std::string message = "store.db: database or disk is full";
  GatedStore store;
  EventWriter writer{store, {}};
  const auto before = writer.submit(one("7", 0));
  writer.wait(before);
  store.fill_disk();
  store.close();
  auto failing = std::async(std::launch::async, [&writer] { commit(writer, one("7", 1)); });
  const auto queued = [&] {
    // Whether it is queued before or after the failure, it is not acknowledged.
    store.open();
    return writer.submit(one("7", 2));
  };
  CHECK_THROWS_WITH(
      failing.wait_for(std::chrono::seconds(0)) == std::future_status::timeout ? writer.wait(queued()) : failing.get(),
      message);
  if (failing.valid()) CHECK_THROWS_WITH(failing.get(), message);
  CHECK_THROWS_WITH(writer.submit(one("7", 3)), message);
  CHECK_THROWS_WITH(commit(writer, one("7", 3)), message);
  CHECK_THROWS_WITH(writer.flush(), message);
  CHECK_NOTHROW(writer.wait(before));
  CHECK(store.memory.playbacks().size() == 1);
}
