#include "platform/storage/sqlite/sqlite_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "platform/core/error.h"
#include "platform/storage/contract/event_writer.h"
#include "tests/platform/storage/events.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

const SqliteStore::Options kWrite{.access = SqliteStore::Access::write};
const SqliteStore::Options kRead{.access = SqliteStore::Access::read};

std::string message_of(const std::filesystem::path& file, const SqliteStore::Options& options) {
  try {
    const SqliteStore store{file, options};
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    return error.what();
  }
  return "opened";
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream{file} << text;
}

// The first column of the first row, as text.
std::string ask(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database database{file};
  return database.execAndGet(sql).getString();
}

}  // namespace

TEST_CASE("sqlite store: a file that cannot be one is refused", "[storage]") {
  const TemporaryDirectory directory;
  const auto missing = directory / "missing.db";
  CHECK(message_of(missing, kRead) == missing.string() + ": there is no such store");
  CHECK_FALSE(std::filesystem::exists(missing));

  const auto text = directory / "text.db";
  write_file(text, std::string(5000, 'x'));
  for (const auto& options : {kRead, kWrite}) {
    CHECK(message_of(text, options) == text.string() + ": no Crossfade store, and no SQLite file at all");
  }
  const auto empty = directory / "empty.db";
  write_file(empty, "");
  CHECK(message_of(empty, kRead) == empty.string() + ": no Crossfade store, but an empty file");

  const auto other = directory / "other.db";
  SQLite::Database{other, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE playbacks (x)");
  for (const auto& options : {kRead, kWrite}) {
    CHECK(message_of(other, options) == other.string() + ": no Crossfade store, but some other SQLite file");
  }
  CHECK(message_of(directory.path(), kRead) == directory.path().string() + ": a directory, want a store's file");
  const auto nowhere = directory / "none" / "store.db";
  CHECK(message_of(nowhere, kWrite) == nowhere.string() + ": cannot be opened to write: No such file or directory");
}

TEST_CASE("sqlite store: one of a newer schema is refused", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  CHECK(message_of(file, kWrite) == "opened");
  SQLite::Database{file, SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 10");
  for (const auto& options : {kRead, kWrite}) {
    CHECK(message_of(file, options) ==
          file.string() + ": a store of schema 10, newer than this program (it knows 1 to 9): want a newer crossfade");
  }
}

TEST_CASE("sqlite store: one of schema 1 is read as it is, and gets what is new when it is written", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, kWrite};
    store.append({.sessions = {session("1", 1, 1, 1, 10, 20)}, .exposures = {exposure("1", "e", "a", 0)}});
  }
  SQLite::Database{file, SQLite::OPEN_READWRITE}.exec(
      "DROP VIEW event_log; DROP TABLE events; DROP TABLE looks; DROP VIEW analysed_sessions; DROP VIEW "
      "analysed_units; DROP TABLE experiment_ends; DROP TABLE exclusions; DROP TABLE open_playbacks; ALTER TABLE "
      "recovery DROP COLUMN listed; "
      "DROP TABLE planned_sizes; DROP TABLE calls; DROP TABLE runs; DROP TABLE configuration_files; DROP TABLE "
      "logged_ids; PRAGMA "
      "user_version = 1");
  AggregateQuery query = query_of({});
  query.metrics.push_back({.name = "bought", .numerator = {.event = EventKind::custom, .name = "purchase"}});
  const auto before = SqliteStore{file, kRead}.aggregate(query);
  CHECK(before.at(0).variants.at(0).metrics.back().moments.mean(0) == 0);
  CHECK(SqliteStore(file, kRead).looks().empty());
  CHECK(SqliteStore(file, kRead).planned_sizes().empty());
  CHECK(SqliteStore(file, kRead).calls().empty());
  {
    SqliteStore store{file, kWrite};
    store.append({.events = {{.unit = {"1"}, .name = "purchase", .value = 3, .at = {15}}}});
  }
  const auto after = SqliteStore{file, kRead}.aggregate(query);
  CHECK(after.at(0).variants.at(0).metrics.back().moments.mean(0) == 1);
}

TEST_CASE("sqlite store: one writer at a time, any number of readers", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore writer{file, kWrite};
    CHECK(message_of(file, kWrite) == file.string() + ": another process writes this store (process " +
                                          std::to_string(::getpid()) + "), want one at a time");
    const SqliteStore reader{file, kRead};
    writer.append({.playbacks = {playback("7", 3, 0, 10)}});
    CHECK(reader.last_session() == SessionId{3});
  }
  CHECK(message_of(file, kWrite) == "opened");
}

TEST_CASE("sqlite store: who reads is interrupted, who writes is not", "[storage]") {
  // A server that ends must not wait for an analysis of a minute.
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", kWrite};
  EventBatch batch;
  for (int i = 0; i < 10'000; ++i) {
    batch.exposures.push_back(
        {.unit = {std::to_string(i)}, .experiment = "e", .version = 1, .variant = "a", .first_seen = {1}});
  }
  store.append(batch);
  int seen = 0;
  CHECK_THROWS_AS(store.visit_exposures([&](const Exposure&) {
    if (++seen == 10) store.interrupt();
  }),
                  Error);
  CHECK(seen < 10'000);
  CHECK_THROWS_AS(store.looks(), Error);
  store.append({.exposures = {{.unit = {"last"}, .experiment = "e", .version = 1, .variant = "a", .first_seen = {2}}}});
  CHECK(SqliteStore(directory / "store.db", kRead).exposures().size() == 10'001);
}

TEST_CASE("sqlite store: experiments that are known are told without a scan", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", kWrite};
  CHECK(store.known_experiments().empty());
  store.append({.exposures = {{.unit = {"1"}, .experiment = "b", .version = 1, .variant = "a", .first_seen = {1}},
                              {.unit = {"1"}, .experiment = "a", .version = 2, .variant = "a", .first_seen = {1}}}});
  CHECK(store.known_experiments() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("sqlite store: it is there again when it is opened again", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  std::vector<OpenSession> open;
  {
    SqliteStore store{file, kWrite};
    store.append({.playbacks = {playback("7", 1, 0, 10), playback("listener", 2, 0, 11)},
                  .sessions = {session("7", 1, 1, 0.5, 10, 10)},
                  .exposures = {exposure("7", "e", "a", 10)}});
    open = store.open_sessions();
  }
  CHECK(open.size() == 1);
  const SqliteStore store{file, kRead};
  CHECK(store.open_sessions() == open);
  CHECK(store.exposures() == std::vector{exposure("7", "e", "a", 10)});
}

TEST_CASE("sqlite store: rows are what a notebook expects", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  Playback last = playback("listener", 1, 1, 1'767'571'200'123);
  last.recommended.reset();
  Playback imported = playback("7", 2, 0, 1'767'571'200'999, std::nullopt);
  imported.recommended = Recommended{.track = {5}, .recommender = "", .propensity = 0};
  store.append({.playbacks = {playback("7", 1, 0, 1'767'571'200'007), last, imported},
                .sessions = {session("7", 1, 2, 1.25, 1'767'571'200'000, 1'767'571'200'123)},
                .exposures = {exposure("7", "e", "a", 1'767'571'200'000)}});
  CHECK(ask(file, "SELECT group_concat(typeof(unit)) FROM playbacks") == "integer,text,integer");
  CHECK(ask(file,
            "SELECT group_concat(quote(recommended) || ' ' || quote(recommender) || ' ' || quote(propensity) || "
            "' ' || quote(latency_ms), ', ') FROM playbacks") ==
        "7 'sticky' 0.25 1.0, NULL NULL NULL 1.0, 5 NULL NULL NULL");
  CHECK(ask(file, "SELECT group_concat(at) FROM playback_log") ==
        "2026-01-05T00:00:00.007Z,2026-01-05T00:00:00.123Z,2026-01-05T00:00:00.999Z");
  CHECK(ask(file,
            "SELECT unit || ' ' || tracks || ' ' || time || ' ' || end_reason || ' ' || started || ' ' || ended "
            "FROM session_log") == "7 2 1.25 last 2026-01-05T00:00:00.000Z 2026-01-05T00:00:00.123Z");
  CHECK(ask(file, "SELECT unit || ' ' || variant || ' ' || first_seen FROM exposure_log") ==
        "7 a 2026-01-05T00:00:00.000Z");
}

TEST_CASE("sqlite store: the views give the sessions that aggregate counts", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  store.append(
      {.sessions = {session("1", 1, 1, 1, 9, 20), session("1", 2, 1, 2, 10, 20), session("2", 3, 1, 4, 10, 20),
                    session("3", 4, 1, 8, 11, 20), session("4", 5, 1, 16, 10, 20)},
       .exposures = {exposure("1", "e", "a", 10, 2), exposure("2", "e", "a", 10, 2), exposure("2", "e", "b", 10, 2),
                     exposure("3", "e", "b", 5, 2, Timestamp{10}), exposure("4", "e", "b", 5)}});
  CHECK(ask(file, "SELECT group_concat(unit || variant) FROM analysed_units") == "1a,3b");
  CHECK(ask(file, "SELECT SUM(time) FROM analysed_sessions") == "2.0");
}

TEST_CASE("sqlite store: open sessions are found behind the recovery mark", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  constexpr int rows = 60'000;  // more than the 50 000 between two marks
  {
    SqliteStore store{file, kWrite};
    const auto append_ended = [&store](std::int64_t id) {
      EventBatch batch;
      for (int i = 0; i < rows; ++i) batch.playbacks.push_back(playback("1", id, i, i));
      batch.sessions.push_back(session("1", id, rows, 1, 0, rows));
      store.append(batch);
    };
    append_ended(1);
    CHECK(ask(file, "SELECT settled FROM recovery") == std::to_string(rows));
    store.append({.playbacks = {playback("2", 2, 0, 5)}});
    append_ended(3);
    CHECK(ask(file, "SELECT settled FROM recovery") == std::to_string(rows));  // held back by session 2
    const auto open = store.open_sessions();
    REQUIRE(open.size() == 1);
    CHECK(open[0].id == SessionId{2});
    CHECK(store.last_session() == SessionId{3});
    CHECK(store.last_playback() == Timestamp{rows});
  }
  SqliteStore store{file, kWrite};
  CHECK(store.open_sessions().size() == 1);
  store.append({.playbacks = {playback("2", 2, 1, 9)}, .sessions = {session("2", 2, 2, 1, 5, 9)}});
  CHECK(store.open_sessions().empty());
  EventBatch batch;
  for (int i = 0; i < rows; ++i) batch.playbacks.push_back(playback("4", 4, i, i));
  store.append(batch);
  CHECK(ask(file, "SELECT settled FROM recovery") == std::to_string(2 * rows + 2));
  CHECK(store.open_sessions().size() == 1);
}

TEST_CASE("sqlite store: a batch that failed does not move the recovery mark", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  store.append({.playbacks = {playback("1", 1, 0, 5)}, .sessions = {session("9", 9, 1, 1, 0, 1)}});
  // Ends session 1 and then fails on session 9.
  CHECK_THROWS_AS(store.append({.playbacks = {playback("8", 8, 0, 5)},
                                .sessions = {session("1", 1, 1, 1, 5, 5), session("9", 9, 1, 1, 0, 1)}}),
                  Error);
  EventBatch many;
  for (int i = 0; i < 60'000; ++i) many.playbacks.push_back(playback("2", 2, i, i));
  many.sessions.push_back(session("2", 2, 60'000, 1, 0, 1));
  store.append(many);
  const auto open = store.open_sessions();
  REQUIRE(open.size() == 1);
  CHECK(open[0].id == SessionId{1});
}

TEST_CASE("sqlite store: what is committed reaches the file itself in the meantime", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  const auto bytes_before = std::filesystem::file_size(file);
  // More than the 16 MB that may wait in the log; the checkpointer works meanwhile and after that.
  for (int session_id = 1; session_id <= 40; ++session_id) {
    EventBatch batch;
    for (int i = 0; i < 10'000; ++i) batch.playbacks.push_back(playback("1", session_id, i, i));
    store.append(batch);
  }
  while (std::filesystem::file_size(file) < bytes_before + 10'000'000) std::this_thread::yield();  // or for ever
  CHECK(store.open_sessions().size() == 40);
}

TEST_CASE("sqlite store: that a reader keeps the log growing is told, and the log shrinks afterwards", "[storage]") {
  constexpr int kPages = 64;
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  const std::string log = file.string() + "-wal";
  std::promise<std::string> told;
  std::once_flag once;
  SqliteStore store{
      file, {.access = SqliteStore::Access::write, .log_pages_at_most = kPages, .say = [&](const std::string& line) {
               std::call_once(once, [&] { told.set_value(line); });
             }}};
  std::int64_t id = 0;
  const auto append = [&](int playbacks) {
    EventBatch batch;
    for (int i = 0; i < playbacks; ++i) batch.playbacks.push_back(playback("1", 1, i, ++id));
    store.append(batch);
  };
  {
    SQLite::Database reader{file};
    reader.exec("BEGIN; SELECT COUNT(*) FROM playbacks");
    std::future<std::string> line = told.get_future();
    do {
      append(1'000);
    } while (line.wait_for(std::chrono::seconds(0)) != std::future_status::ready);  // or for ever
    CHECK_THAT(line.get(), Catch::StartsWith(log + " has grown to "));
    while (std::filesystem::file_size(log) < std::uintmax_t{3} * kPages * 4096) append(1'000);
  }
  while (std::filesystem::file_size(log) > std::uintmax_t{2} * kPages * 4096) append(1);  // or for ever
}

TEST_CASE("sqlite store: it leaves one file behind, and its lock", "[storage]") {
  const TemporaryDirectory directory;
  {
    SqliteStore store{directory / "store.db", kWrite};
    store.append({.playbacks = {playback("1", 1, 0, 5)}});
    CHECK(store.open_sessions().size() == 1);
  }
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) files.insert(entry.path().filename());
  CHECK(files == std::set<std::string>{"store.db", "store.db.lock"});
}

TEST_CASE("sqlite store: what was acknowledged survives kill -9", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    SqliteStore store{file, kWrite};
    EventWriter writer{store, {}};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::int32_t i = 0;; ++i) {
          commit(writer, {.playbacks = {playback(std::to_string(thread), thread + 1, i, i)}});
          const std::array<std::int32_t, 2> acknowledged{thread, i};
          if (::write(pipe_ends[1], acknowledged.data(), sizeof acknowledged) < 0) ::_exit(1);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    ::_exit(0);
  }
  ::close(pipe_ends[1]);
  std::vector<std::int32_t> acknowledged(8, -1);
  std::array<std::int32_t, 2> message{};
  int messages = 0;
  while (::read(pipe_ends[0], message.data(), sizeof message) == sizeof message) {
    auto& latest = acknowledged.at(static_cast<std::size_t>(message[0]));
    latest = std::max(latest, message[1]);
    if (++messages == 2000) ::kill(child, SIGKILL);
  }
  ::close(pipe_ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(messages >= 2000);

  const SqliteStore store{file, kWrite};
  const auto open = store.open_sessions();
  REQUIRE(open.size() == 8);
  for (std::size_t thread = 0; thread < 8; ++thread) {
    const auto stored = static_cast<std::int32_t>(open[thread].heard.size());
    // A commit may have got through whose acknowledgement did not: at most one, as the thread waited for it.
    CHECK(stored >= acknowledged[thread] + 1);
    CHECK(stored <= acknowledged[thread] + 2);
  }
}

TEST_CASE("sqlite store: the revision rises with each commit, of whoever", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  const auto first = store.revision();
  CHECK(store.revision() == first);
  store.append({.events = {{.unit = {"1"}, .name = "like", .value = 1, .at = {1}}}});
  const auto second = store.revision();
  CHECK(second > first);
  CHECK(store.revision() == second);
  static_cast<void>(store.exposures());
  CHECK(store.revision() == second);
  SQLite::Database other{file, SQLite::OPEN_READWRITE};
  other.exec("INSERT INTO events (unit, name, value, at_ms) VALUES (2, 'like', 1, 2)");
  CHECK(store.revision() > second);
}
