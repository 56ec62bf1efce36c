#include "platform/storage/contract/event_writer.h"

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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
    ++visits_;
    visits_.notify_all();
    open_.wait(false);
    if (full_.exchange(false)) throw Error::internal("store.db: database or disk is full");
    throw_if_locked();
    memory.append(batch);
    ++batches;
    batches.notify_all();
  }
  void close() { open_ = false; }
  void open() {
    open_ = true;
    open_.notify_all();
  }
  // Return when a batch has come to the gate for the `count`th time, and when so many are written.
  void await_visits(int count) { await(visits_, count); }
  void await_batches(int count) { await(batches, count); }
  // The next batch finds no room. Those after it would.
  void fill_disk() { full_ = true; }
  void lock(bool locked = true) { locked_ = locked; }
  void probe() override {
    ++probes_;
    probes_.notify_all();
    throw_if_locked();
  }
  void check() override {
    if (missing) throw Error::unavailable("store.db: moved or deleted");
  }
  void await_probes(int count) { await(probes_, count); }
  std::atomic<bool> missing{false};

  std::vector<UnitTable> unit_tables(const AggregateQuery& query) const override { return memory.unit_tables(query); }
  std::string metric_sql(const MetricDefinition& metric, const SqlScope& scope) const override {
    return memory.metric_sql(metric, scope);
  }
  Traffic traffic(const TrafficQuery& query) const override { return memory.traffic(query); }
  void end_experiments(const std::vector<ExperimentEnd>& ends) override { memory.end_experiments(ends); }
  std::vector<ExperimentEnd> experiment_ends() const override { return memory.experiment_ends(); }
  void record_look(const Look& look) override { memory.record_look(look); }
  std::vector<Look> looks() const override { return memory.looks(); }
  void record_run(const Run& run) override { memory.record_run(run); }
  std::vector<Run> runs() const override { return memory.runs(); }
  void record_planned_size(const PlannedSize& size) override { memory.record_planned_size(size); }
  std::vector<PlannedSize> planned_sizes() const override { return memory.planned_sizes(); }
  void record_call(const Call& call) override { memory.record_call(call); }
  std::vector<Call> calls() const override { return memory.calls(); }
  std::int64_t exclude(const Exclusion& exclusion) override { return memory.exclude(exclusion); }
  void undo_exclusion(std::int64_t id, Timestamp at) override { memory.undo_exclusion(id, at); }
  std::vector<Exclusion> exclusions() const override { return memory.exclusions(); }
  void visit_exposures(const std::function<void(const Exposure&)>& visit) const override {
    memory.visit_exposures(visit);
  }
  void visit_units(const std::function<void(const UnitId&, const std::string&)>& visit) const override {
    memory.visit_units(visit);
  }
  UnitHistory unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const override {
    return memory.unit_history(unit, limits);
  }
  std::vector<OpenSession> open_sessions() const override { return memory.open_sessions(); }
  void visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const override {
    memory.visit_listens(visit);
  }
  SessionId last_session() const override { return memory.last_session(); }
  std::optional<Timestamp> last_playback() const override { return memory.last_playback(); }
  void record_configuration(const StoredConfiguration& configuration) override {
    memory.record_configuration(configuration);
  }
  std::vector<StoredConfiguration> configurations() const override { return memory.configurations(); }
  std::vector<ServedFile> served_files() const override { return memory.served_files(); }
  void import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) override {
    memory.import(files, next_batch);
  }
  std::vector<ImportedFile> imports() const override { return memory.imports(); }

  MemoryStore memory;
  std::atomic<int> batches{0};

 private:
  static void await(const std::atomic<int>& counter, int count) {
    for (int seen = counter; seen < count; seen = counter) counter.wait(seen);
  }

  std::atomic<bool> open_{true};
  std::atomic<int> visits_{0};
  std::atomic<bool> full_{false};
  std::atomic<bool> locked_{false};
  std::atomic<int> probes_{0};

  void throw_if_locked() const {
    if (locked_) throw Error::unavailable("store.db: database is locked");
  }
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
  store.await_visits(1);
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
  for (int i = 0; i < 999; ++i) {
    writer.submit(one("7", i));
    // The writer comes to one of the two, whatever it takes.
    while (!writer.waiting().for_rows && store.batches == 0) std::this_thread::yield();
    REQUIRE(store.batches == 0);
  }
  writer.submit(one("7", 999));
  store.await_batches(1);  // or for ten minutes
  CHECK(store.memory.playbacks().size() == 1000);
  writer.submit(one("7", 1000));
  writer.flush();
  CHECK(store.memory.playbacks().size() == 1001);
  CHECK(store.batches == 2);
}

TEST_CASE("writer: rows that nobody waits for are written after the linger time", "[storage]") {
  constexpr std::chrono::milliseconds linger{500};
  GatedStore store;
  EventWriter writer{store, {.linger = linger}};
  const auto begin = std::chrono::steady_clock::now();
  writer.submit(one("7", 0));
  store.await_visits(1);                                      // or for ever
  CHECK(std::chrono::steady_clock::now() - begin >= linger);  // a slow machine is later still
}

TEST_CASE("writer: submit waits while the queue is full", "[storage]") {
  GatedStore store;
  store.close();
  EventWriter writer{store, {.capacity = 4, .bulk_rows = 1}};
  writer.submit(one("7", 0));
  store.await_visits(1);  // the writer stands at the gate with it
  for (int i = 1; i <= 4; ++i) writer.submit(one("7", i));
  std::atomic<bool> submitted{false};
  auto one_more = std::async(std::launch::async, [&] {
    writer.submit(one("7", 5));
    submitted = true;
  });
  // It comes to one of the two, whatever it takes.
  while (writer.waiting().for_room == 0 && !submitted) std::this_thread::yield();
  CHECK_FALSE(submitted);
  store.open();
  one_more.get();
  writer.flush();
  CHECK(store.memory.playbacks().size() == 6);
  CHECK(writer.waiting().for_room == 0);
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
  const auto failing = writer.submit(one("7", 1), EventWriter::Urgency::awaited);
  store.await_visits(2);
  // Queued before the failure, and the store would take it.
  const auto queued = writer.submit(one("7", 2));
  store.open();
  CHECK_THROWS_WITH(writer.wait(failing), message);
  CHECK_THROWS_WITH(writer.wait(queued), message);
  CHECK_THROWS_WITH(writer.submit(one("7", 3)), message);
  CHECK_THROWS_WITH(commit(writer, one("7", 3)), message);
  CHECK_THROWS_WITH(writer.flush(), message);
  CHECK_NOTHROW(writer.wait(before));
  CHECK(store.memory.playbacks().size() == 1);
}

// A lock of ten seconds ended logging for good.
TEST_CASE("writer: one that heals refuses what it cannot write and what waits behind it, and goes on", "[storage]") {
  const std::string message = "store.db: database is locked";
  GatedStore store;
  std::mutex mutex;
  std::vector<std::string> said;
  EventWriter writer{store, {.heals = true, .retry = std::chrono::milliseconds(1), .say = [&](const std::string& line) {
                               const std::lock_guard guard(mutex);
                               said.push_back(line);
                             }}};
  const auto before = writer.submit(one("7", 0));
  writer.wait(before);
  const auto refusals = writer.refusals();
  store.close();
  store.lock();
  const auto failing = writer.submit(one("7", 1), EventWriter::Urgency::awaited);
  store.await_visits(2);
  const auto behind = writer.submit(one("7", 2), EventWriter::Urgency::none, refusals);
  store.open();
  CHECK_THROWS_WITH(writer.wait(failing), message);
  CHECK_THROWS_WITH(writer.wait(behind), message);
  EventBatch kept = one("7", 1);
  CHECK_THROWS_WITH(writer.submit(std::move(kept)), message);
  CHECK(kept.rows() == 1);  // NOLINT(bugprone-use-after-move): what was refused is left
  CHECK_FALSE(writer.accepts());
  CHECK_FALSE(writer.failed());
  CHECK(writer.done() == behind);
  CHECK(writer.refusals() != refusals);
  CHECK_FALSE(writer.is_refused(before));
  CHECK(writer.is_refused(failing));
  CHECK(writer.is_refused(behind));

  store.await_probes(3);
  CHECK_FALSE(writer.accepts());
  store.lock(false);
  while (!writer.accepts()) std::this_thread::yield();
  // Who has not heard of the refusal would continue rows that are not there.
  CHECK_THROWS_WITH(writer.submit(one("7", 3), EventWriter::Urgency::none, refusals),
                    "what these rows continue was refused");
  const auto after = writer.submit(std::move(kept), EventWriter::Urgency::awaited, writer.refusals());
  CHECK_NOTHROW(writer.wait(after));
  CHECK_FALSE(writer.is_refused(after));
  CHECK_NOTHROW(writer.flush());
  CHECK(store.memory.playbacks() == std::vector{playback("7", 1, 0, 0), playback("7", 1, 1, 1)});
  while (true) {
    const std::lock_guard guard(mutex);
    if (said.size() == 2) break;
  }
  CHECK(said == std::vector<std::string>{message + "; nothing is logged until it can be written",
                                         "the store can be written again: logging goes on"});
}

TEST_CASE("writer: one that heals notices a store that is gone while nobody logs", "[storage]") {
  GatedStore store;
  EventWriter writer{store,
                     {.heals = true, .retry = std::chrono::milliseconds(1), .look = std::chrono::milliseconds(1)}};
  CHECK(writer.accepts());
  store.lock();  // so that no probe succeeds
  store.missing = true;
  while (writer.accepts()) std::this_thread::yield();  // or for ever
  store.missing = false;
  store.lock(false);
  while (!writer.accepts()) std::this_thread::yield();
  commit(writer, one("7", 0));
}

TEST_CASE("writer: one that heals ends for good after what does not pass", "[storage]") {
  GatedStore store;
  EventWriter writer{store, {.heals = true, .retry = std::chrono::milliseconds(1)}};
  store.fill_disk();
  CHECK_THROWS_WITH(commit(writer, one("7", 0)), "store.db: database or disk is full");
  CHECK(writer.failed());
  CHECK_THROWS_WITH(commit(writer, one("7", 0)), "store.db: database or disk is full");
  CHECK_THROWS_WITH(writer.flush(), "store.db: database or disk is full");
}

TEST_CASE("writer: without healing a lock is an error like every other", "[storage]") {
  GatedStore store;
  EventWriter writer{store, {}};
  store.lock();
  CHECK_THROWS_WITH(commit(writer, one("7", 0)), "store.db: database is locked");
  store.lock(false);
  CHECK_THROWS_WITH(commit(writer, one("7", 1)), "store.db: database is locked");
  CHECK(store.memory.playbacks().empty());
}
