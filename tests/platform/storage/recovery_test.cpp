// One session that had been open since the beginning made a restart read every playback there was: ten million of them
// to find ten.

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <string>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/steps.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

const SqliteStore::Options kWrite{.access = SqliteStore::Access::write};

// Ended sessions of ten playbacks each, from this id on.
void append_ended(SqliteStore& store, std::int64_t from, std::int64_t sessions) {
  EventBatch batch;
  for (std::int64_t id = from; id < from + sessions; ++id) {
    for (int i = 0; i < 10; ++i) batch.playbacks.push_back(playback("1", id, i, id));
    batch.sessions.push_back(session("1", id, 10, 5, id, id));
    if (batch.playbacks.size() < 1000) continue;
    store.append(batch);
    batch.clear();
  }
  store.append(batch);
}

std::int64_t ask(const std::filesystem::path& file, const std::string& sql) {
  return SQLite::Database{file}.execAndGet(sql).getInt64();
}

}  // namespace

TEST_CASE("recovery: a restart does not read everything since the oldest open session", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, kWrite};
    store.append({.playbacks = {playback("open", 1, 0, 5), playback("open", 1, 1, 6)}});
    append_ended(store, 2, 20'000);
    store.append({.playbacks = {playback("open", 1, 2, 7), playback("late", 30'000, 0, 8)}});
  }
  CHECK(ask(file, "SELECT settled FROM recovery") == 0);               // it means what it always did
  CHECK(ask(file, "SELECT listed FROM recovery") > 200'000 - 60'000);  // of 200 004
  CHECK(ask(file, "SELECT COUNT(*) FROM open_playbacks") == 2);
  const SqliteStore store{file, kWrite};
  const auto open = store.open_sessions();
  REQUIRE(open.size() == 2);
  CHECK(open[0].id == SessionId{1});
  std::vector<TrackId> heard;
  for (const Listen& listen : open[0].heard) heard.push_back(listen.track);
  CHECK(heard == std::vector<TrackId>{{10}, {11}, {12}});
  CHECK(open[0].started == Timestamp{5});
  CHECK(open[0].last_playback == Timestamp{7});
  CHECK(open[1].unit == UnitId{"late"});
  CHECK(store.last_session() == SessionId{30'000});
}

TEST_CASE("recovery: playbacks that another program adds meanwhile are found", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, kWrite};
    append_ended(store, 2, 100);
    SQLite::Database{file, SQLite::OPEN_READWRITE}.exec(
        "INSERT INTO playbacks (unit, session, position, track, fraction, at_ms) VALUES ('theirs', 900000, 0, 3, 1, "
        "4)");
    append_ended(store, 200, 20'000);
  }
  SqliteStore store{file, kWrite};
  REQUIRE(store.open_sessions().size() == 1);
  CHECK(store.open_sessions()[0].unit == UnitId{"theirs"});
  CHECK(ask(file, "SELECT settled FROM recovery") == 1000);
}

TEST_CASE("recovery: the list forgets sessions that have ended, behind one that stays open", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  SqliteStore store{file, kWrite};
  store.append({.playbacks = {playback("open", 1, 0, 5)}});
  // Sessions so long that they are listed before they end.
  EventBatch long_ones;
  for (int i = 0; i < 100; ++i) {
    for (std::int64_t id = 2; id < 102; ++id) long_ones.playbacks.push_back(playback("2", id, i, 6));
  }
  store.append(long_ones);
  append_ended(store, 1'000, 10'000);
  CHECK(ask(file, "SELECT COUNT(*) FROM open_playbacks") == 10'001);
  EventBatch ends;
  for (std::int64_t id = 2; id < 102; ++id) ends.sessions.push_back(session("2", id, 100, 50, 6, 6));
  store.append(ends);
  append_ended(store, 20'000, 2'000);
  CHECK(ask(file, "SELECT COUNT(*) FROM open_playbacks") == 1);
  REQUIRE(store.open_sessions().size() == 1);
}

TEST_CASE("recovery: a store of schema 2 is read by its mark, and gets a list when it is written", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, kWrite};
    store.append({.playbacks = {playback("open", 1, 0, 5)}});
    append_ended(store, 2, 10'000);
  }
  SQLite::Database{file, SQLite::OPEN_READWRITE}.exec(
      "DROP VIEW analysed_sessions; DROP VIEW analysed_units; DROP TABLE experiment_ends; DROP TABLE exclusions; "
      "DROP TABLE open_playbacks; ALTER TABLE recovery DROP COLUMN listed; "
      "DROP TABLE planned_sizes; DROP TABLE calls; DROP TABLE runs; DROP TABLE configuration_files; DROP TABLE "
      "logged_ids; PRAGMA "
      "user_version = 2");
  const auto before = SqliteStore(file, {}).open_sessions();
  REQUIRE(before.size() == 1);
  CHECK(SqliteStore(file, kWrite).open_sessions() == before);
  CHECK(ask(file, "SELECT listed FROM recovery") == 50'001);
  CHECK(ask(file, "SELECT user_version FROM pragma_user_version") == 9);
}
