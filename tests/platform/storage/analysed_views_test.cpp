// The views of a store that anybody may query: the same rows as ever, in time that grows with the sessions.
#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/random_log.h"
#include "tests/platform/storage/steps.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

const SqliteStore::Options kWrite{.access = SqliteStore::Access::write};
const SqliteStore::Options kRead{.access = SqliteStore::Access::read};

// As stores had it up to 0.1.0.
const std::string kFormerView = R"(CREATE VIEW analysed_sessions AS
SELECT experiment, version, variant, sessions.*
FROM sessions JOIN analysed_units USING (unit)
WHERE started_ms >= first_seen_ms AND (last_seen_ms IS NULL OR started_ms <= last_seen_ms))";

// docs/store.md: the mean session time of each variant, over users.
const std::string kMeans =
    "SELECT experiment, variant, COUNT(*) AS users, AVG(mean_time) AS mean_time_per_session "
    "FROM (SELECT experiment, variant, unit, AVG(time) AS mean_time FROM analysed_sessions "
    "GROUP BY experiment, variant, unit) GROUP BY experiment, variant";

// The first column of the first row, as text.
std::string ask(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database database{file};
  return database.execAndGet(sql).getString();
}

std::string view_of(const std::filesystem::path& file) {
  return ask(file, "SELECT sql FROM sqlite_schema WHERE name = 'analysed_sessions'");
}

void replace_view(const std::filesystem::path& file, const std::string& view) {
  SQLite::Database{file, SQLite::OPEN_READWRITE}.exec("DROP VIEW analysed_sessions; " + view);
}

// Everything in the file but that view: names and texts, and the version.
std::string schema_of(const std::filesystem::path& file) {
  return ask(file,
             "SELECT (SELECT user_version FROM pragma_user_version) || group_concat(sql) FROM (SELECT sql FROM "
             "sqlite_schema WHERE name <> 'analysed_sessions' ORDER BY name)");
}

}  // namespace

TEST_CASE("store views: analysed_sessions has the rows that it always had", "[storage]") {
  std::int64_t rows = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const TemporaryDirectory directory;
    const auto file = directory / "store.db";
    SqliteStore store{file, kWrite};
    for (const EventBatch& batch : random_log(seed).batches) store.append(batch);
    SQLite::Database database{file.string(), SQLite::OPEN_READWRITE};
    database.exec("CREATE TEMP VIEW former_" + kFormerView.substr(std::string("CREATE VIEW ").size()));
    INFO("seed " << seed);
    const auto count = [&](const std::string& from) {
      return database.execAndGet("SELECT COUNT(*) FROM " + from).getInt64();
    };
    CHECK(count("(SELECT * FROM analysed_sessions EXCEPT SELECT * FROM former_analysed_sessions)") == 0);
    CHECK(count("(SELECT * FROM former_analysed_sessions EXCEPT SELECT * FROM analysed_sessions)") == 0);
    CHECK(count("analysed_sessions") == count("former_analysed_sessions"));
    rows += count("analysed_sessions");
  }
  CHECK(rows > 1000);
}

// Once a query grouped by experiment, SQLite read all sessions once for each unit: 143 s for 200 000 sessions.
TEST_CASE("store views: a query over analysed_sessions grows with the sessions", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  constexpr int kSessions = 10'000;
  SqliteStore store{file, kWrite};
  fill(store, kSessions);
  for (const std::string& sql :
       {kMeans, std::string("SELECT experiment, variant, AVG(time) FROM analysed_sessions GROUP BY 1, 2")}) {
    INFO(sql);
    CHECK(steps_of(file, sql) < 300 * kSessions);
  }
  replace_view(file, kFormerView);
  CHECK(steps_of(file, kMeans) > 3000 * kSessions);  // the measure tells the two apart
}

TEST_CASE("store views: a store of before is read as it is, and has its view mended when it is written", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    SqliteStore store{file, kWrite};
    fill(store, 100);
  }
  const std::string view = view_of(file);
  CHECK(view != kFormerView);
  replace_view(file, kFormerView);
  const std::string schema = schema_of(file);
  const std::string total = ask(file, "SELECT COUNT(*) || ' ' || SUM(time) FROM analysed_sessions");

  CHECK(SqliteStore(file, kRead).last_session() == SessionId{100});
  CHECK(view_of(file) == kFormerView);

  CHECK(SqliteStore(file, kWrite).last_session() == SessionId{100});
  CHECK(view_of(file) == view);
  CHECK(schema_of(file) == schema);
  CHECK(ask(file, "SELECT COUNT(*) || ' ' || SUM(time) FROM analysed_sessions") == total);
}

TEST_CASE("store views: a reader that records a look mends the view, too", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  const SqliteStore writer{file, kWrite};
  const std::string view = view_of(file);
  replace_view(file, kFormerView);
  SqliteStore reader{file, kRead};
  reader.record_look({.experiment = "e", .version = 1, .at = {1}, .units = 1, .data_through = {1}});
  CHECK(view_of(file) == view);
  CHECK(reader.looks().size() == 1);
}

TEST_CASE("store views: one that somebody else has made is left alone", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "store.db";
  {
    const SqliteStore store{file, kWrite};
  }
  const std::string own = "CREATE VIEW analysed_sessions AS SELECT * FROM sessions";
  replace_view(file, own);
  {
    const SqliteStore store{file, kWrite};
  }
  CHECK(view_of(file) == own);
}
