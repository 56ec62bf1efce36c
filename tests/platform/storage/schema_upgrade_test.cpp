// Stores of every older schema, as the programs of then made them: what they say stays, and a copy of each is kept.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;
namespace fs = std::filesystem;

namespace {

const SqliteStore::Options kWrite{.access = SqliteStore::Access::write};

// What each schema added, as it was. The views are those that a notebook reads.
const std::vector<std::string> kSchemas{
    R"sql(
CREATE TABLE playbacks (id INTEGER PRIMARY KEY, unit ANY NOT NULL, session INTEGER NOT NULL, position INTEGER NOT NULL,
  track INTEGER NOT NULL, fraction REAL NOT NULL, recommended INTEGER, recommender TEXT, propensity REAL,
  latency_ms REAL, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE sessions (session INTEGER PRIMARY KEY, unit ANY NOT NULL, tracks INTEGER NOT NULL, time REAL NOT NULL,
  latency_ms REAL, end_reason TEXT NOT NULL CHECK (end_reason IN ('last', 'timeout')), started_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL) STRICT;
CREATE TABLE exposures (experiment TEXT NOT NULL, version INTEGER NOT NULL, unit ANY NOT NULL, variant TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER, PRIMARY KEY (experiment, version, unit, variant)
  ) STRICT, WITHOUT ROWID;
CREATE TABLE configurations (id INTEGER PRIMARY KEY, checksum TEXT NOT NULL, text TEXT NOT NULL,
  since_ms INTEGER NOT NULL) STRICT;
CREATE TABLE imports (checksum TEXT PRIMARY KEY, file TEXT NOT NULL, events INTEGER NOT NULL,
  imported_ms INTEGER NOT NULL) STRICT;
CREATE TABLE recovery (settled INTEGER NOT NULL) STRICT;
INSERT INTO recovery VALUES (0);
CREATE VIEW session_log AS SELECT unit, session, tracks, time FROM sessions;
)sql",
    R"sql(
CREATE TABLE events (id INTEGER PRIMARY KEY, unit ANY NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
  at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE looks (id INTEGER PRIMARY KEY, experiment TEXT NOT NULL, version INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  units INTEGER NOT NULL, data_through_ms INTEGER NOT NULL) STRICT;
)sql",
    R"sql(
ALTER TABLE recovery ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
CREATE TABLE open_playbacks (playback INTEGER PRIMARY KEY, session INTEGER NOT NULL) STRICT;
CREATE TABLE exclusions (id INTEGER PRIMARY KEY, kind TEXT NOT NULL
  CHECK (kind IN ('event', 'session', 'unit', 'before', 'after')), target ANY NOT NULL, why TEXT NOT NULL DEFAULT '',
  at_ms INTEGER NOT NULL, undone_ms INTEGER) STRICT;
)sql",
    R"sql(
CREATE TABLE experiment_ends (experiment TEXT NOT NULL, version INTEGER NOT NULL, ended_ms INTEGER NOT NULL,
  PRIMARY KEY (experiment, version)) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE planned_sizes (id INTEGER PRIMARY KEY, experiment TEXT NOT NULL, version INTEGER NOT NULL,
  plan TEXT NOT NULL, units INTEGER NOT NULL, from_units INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  data_through_ms INTEGER NOT NULL, UNIQUE (experiment, version, plan)) STRICT;
)sql",
    R"sql(
CREATE TABLE calls ( id INTEGER PRIMARY KEY, experiment TEXT NOT NULL, version INTEGER NOT NULL, control TEXT
  NOT NULL, variant TEXT NOT NULL, called TEXT NOT NULL CHECK (called IN ('win', 'harm', 'invalid')), rule TEXT
  NOT NULL, at_ms INTEGER NOT NULL, units INTEGER NOT NULL, data_through_ms INTEGER NOT NULL ) STRICT;
)sql",
    R"sql(
CREATE TABLE runs (id INTEGER PRIMARY KEY, since_ms INTEGER NOT NULL, clock TEXT NOT NULL
  CHECK (clock IN ('real', 'simulated')), alone TEXT, command TEXT NOT NULL DEFAULT '', program TEXT NOT NULL DEFAULT '',
  configuration TEXT NOT NULL DEFAULT '', world_kind TEXT, world_name TEXT, world_seed INTEGER, world_checksum TEXT,
  world_listeners INTEGER, seed INTEGER, sessions INTEGER, days INTEGER, listeners INTEGER) STRICT;
CREATE INDEX runs_since ON runs (since_ms);
)sql",
    R"sql(
CREATE TABLE configuration_files (configuration INTEGER NOT NULL, recommender TEXT NOT NULL, file TEXT NOT NULL,
  checksum TEXT NOT NULL, PRIMARY KEY (configuration, recommender, file)) STRICT, WITHOUT ROWID;
)sql"};

// Rows by the columns of the first schema alone: three units in two variants, one session before it is seen.
constexpr const char* kRows = R"sql(
INSERT INTO exposures (experiment, version, unit, variant, first_seen_ms, last_seen_ms) VALUES
  ('e', 1, 1, 'a', 100, NULL), ('e', 1, 2, 'b', 100, NULL), ('e', 1, 'three', 'b', 100, 150);
INSERT INTO sessions (session, unit, tracks, time, latency_ms, end_reason, started_ms, ended_ms) VALUES
  (1, 1, 2, 4.0, NULL, 'last', 10, 20), (2, 1, 3, 1.5, NULL, 'last', 110, 120), (3, 2, 3, 2.5, NULL, 'timeout', 110, 120),
  (4, 'three', 1, 3.5, NULL, 'last', 140, 145), (5, 'three', 1, 9.0, NULL, 'last', 160, 165);
INSERT INTO playbacks (unit, session, position, track, fraction, at_ms) VALUES (1, 2, 0, 7, 0.5, 110), (1, 6, 0, 7, 0.5, 190);
)sql";

struct OldStore {
  TemporaryDirectory directory;
  fs::path file = directory / "store.db";

  explicit OldStore(int schema) {
    SQLite::Database database{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    for (int i = 0; i < schema; ++i) database.exec(kSchemas.at(static_cast<std::size_t>(i)));
    database.exec(kRows);
    database.exec("PRAGMA application_id = 1480999236; PRAGMA user_version = " + std::to_string(schema));
    database.exec("PRAGMA journal_mode = WAL");
  }
  fs::path copy(int schema, const std::string& behind = "") const {
    return file.string() + ".schema-" + std::to_string(schema) + ".backup" + behind;
  }
  int schema_of(const fs::path& of) const {
    return SQLite::Database{of, SQLite::OPEN_READONLY}.execAndGet("PRAGMA user_version").getInt();
  }
};

struct Numbers {
  std::vector<ExperimentAggregate> aggregates;
  std::vector<Exposure> exposures;
  std::vector<OpenSession> open;

  explicit Numbers(const fs::path& file)
      : aggregates(SqliteStore(file, {}).aggregate(query_of({}))),
        exposures(SqliteStore(file, {}).exposures()),
        open(SqliteStore(file, {}).open_sessions()) {}
  bool operator==(const Numbers&) const = default;
};

std::string message_of_opening(const fs::path& file) {
  try {
    const SqliteStore store(file, kWrite);
  } catch (const Error& error) {
    return error.what();
  }
  return "opened";
}

}  // namespace

TEST_CASE("schema: a store of any older one moves forward by itself, with a copy of before", "[storage]") {
  for (int schema = 1; schema <= static_cast<int>(kSchemas.size()); ++schema) {
    INFO("schema " << schema);
    const OldStore old(schema);
    const Numbers before(old.file);
    REQUIRE(before.aggregates.size() == 1);
    const auto& variants = before.aggregates[0].variants;
    REQUIRE(variants.size() == 2);
    CHECK(variants[0].metrics[0].moments.mean(0) == 1.5);
    CHECK(variants[1].metrics[0].moments.mean(0) == 3);
    CHECK(before.open.size() == 1);
    CHECK_FALSE(fs::exists(old.copy(schema)));  // who reads changes nothing

    CHECK(message_of_opening(old.file) == "opened");
    CHECK(Numbers(old.file) == before);
    CHECK(old.schema_of(old.file) == static_cast<int>(kSchemas.size()) + 1);
    CHECK(old.schema_of(old.copy(schema)) == schema);
    CHECK(Numbers(old.copy(schema)) == before);
    struct stat status{};
    REQUIRE(::stat(old.copy(schema).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK_FALSE(fs::exists(old.copy(schema, ".part")));

    // Opened again there is nothing to be done.
    CHECK(message_of_opening(old.file) == "opened");
    CHECK_FALSE(fs::exists(old.copy(schema, "-2")));
  }
}

TEST_CASE("schema: rows by the columns of the first schema count in a store of the newest", "[storage]") {
  const OldStore old(1);
  const Numbers before(old.file);
  const TemporaryDirectory directory;
  const fs::path file = directory / "new.db";
  CHECK(message_of_opening(file) == "opened");
  SQLite::Database{file, SQLite::OPEN_READWRITE}.exec(kRows);
  CHECK(Numbers(file) == before);
}

TEST_CASE("schema: what schema 9 adds is read as nothing, and views of before show it", "[storage]") {
  const OldStore old(8);
  {
    SQLite::Database database{old.file, SQLite::OPEN_READWRITE};
    database.exec("INSERT INTO events (unit, name, value, at_ms) VALUES (1, 'click', 2.0, 115)");
    database.exec(
        "CREATE VIEW event_log AS\nSELECT unit, name, value, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, "
        "'unixepoch') AS at\nFROM events");
    database.exec("CREATE VIEW exposure_log AS SELECT unit FROM exposures");  // somebody's own
  }
  const auto clicks = [&](const fs::path& file) {
    AggregateQuery query = query_of({});
    query.metrics = {{.name = "clicks", .numerator = {.event = EventKind::custom, .name = "click"}}};
    query.dimensions = {{.name = "country", .attribute = "country"}};
    return SqliteStore(file, {}).aggregate(query);
  };
  const auto before = clicks(old.file);
  CHECK(before.at(0).variants.at(0).metrics.at(0).moments.mean(0) == 1);
  CHECK(before.at(0).dimensions.at(0).without_value == 3);
  CHECK(message_of_opening(old.file) == "opened");
  CHECK(clicks(old.file) == before);
  SQLite::Database database{old.file, SQLite::OPEN_READONLY};
  CHECK(database.execAndGet("SELECT name || COALESCE(properties, ' none') FROM event_log").getString() == "click none");
  CHECK(database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'exposure_log'").getString() ==
        "CREATE VIEW exposure_log AS SELECT unit FROM exposures");
}

TEST_CASE("schema: no older copy is overwritten", "[storage]") {
  const OldStore old(2);
  write_file(old.copy(2), "of another year");
  write_file(old.copy(2, "-2"), "of last year");
  CHECK(message_of_opening(old.file) == "opened");
  CHECK(read_file(old.copy(2)) == "of another year");
  CHECK(read_file(old.copy(2, "-2")) == "of last year");
  CHECK(old.schema_of(old.copy(2, "-3")) == 2);
}

TEST_CASE("schema: what was committed last is in the copy, whoever reads meanwhile", "[storage]") {
  const OldStore old(5);
  SQLite::Database other{old.file, SQLite::OPEN_READWRITE};
  other.exec("UPDATE sessions SET time = 7.5 WHERE session = 2");  // stands in the log of the store
  SQLite::Statement reading{other, "SELECT time FROM sessions ORDER BY session"};
  REQUIRE(reading.executeStep());
  CHECK(message_of_opening(old.file) == "opened");
  CHECK(SQLite::Database{old.copy(5)}.execAndGet("SELECT time FROM sessions WHERE session = 2").getDouble() == 7.5);
}

TEST_CASE("schema: without room for a copy the store stays as it was, and the message says why", "[storage]") {
  const OldStore old(4);
  {
    SQLite::Database database{old.file, SQLite::OPEN_READWRITE};
    database.exec(
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO sessions "
        "SELECT i, 9, 1, 1.0, NULL, 'last', 10, 20 FROM n; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  const Numbers before(old.file);
  rlimit usual{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &usual) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 128 * 1024, .rlim_max = usual.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string message = message_of_opening(old.file);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &usual) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK(message.starts_with(old.file.string() +
                            ": is of schema 4, and is brought to a newer one when a copy of it is "
                            "kept, which cannot be written: " +
                            old.copy(4).string() + ": "));
  CHECK(message.ends_with("; it is as it was"));
  CHECK(old.schema_of(old.file) == 4);
  CHECK_FALSE(fs::exists(old.copy(4)));
  CHECK_FALSE(fs::exists(old.copy(4, ".part")));
  CHECK(Numbers(old.file) == before);
  CHECK(message_of_opening(old.file) == "opened");
  CHECK(Numbers(old.copy(4)) == before);
}
