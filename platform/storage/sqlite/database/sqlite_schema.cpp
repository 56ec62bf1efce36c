#include "platform/storage/sqlite/database/sqlite_schema.h"

#include <string>

#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/storage/sqlite/database/schema_copy.h"
#include "platform/storage/sqlite/database/schema_views.h"

namespace crossfade::storage::sqlite {

namespace {

// Stored; do not change.
constexpr int kApplicationId = 0x58464144;  // "XFAD"
constexpr int kSchemaVersion = 9;

// Hot tables have no secondary index: with one, a million rows take nine times as long to insert.
constexpr const char* kTables = R"sql(
CREATE TABLE playbacks (
  id INTEGER PRIMARY KEY,
  unit ANY NOT NULL,
  session INTEGER NOT NULL,
  position INTEGER NOT NULL,
  track INTEGER NOT NULL,
  fraction REAL NOT NULL,
  recommended INTEGER,
  recommender TEXT,
  propensity REAL,
  latency_ms REAL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  session INTEGER PRIMARY KEY,
  unit ANY NOT NULL,
  tracks INTEGER NOT NULL,
  time REAL NOT NULL,
  latency_ms REAL,
  end_reason TEXT NOT NULL CHECK (end_reason IN ('last', 'timeout')),
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE exposures (
  experiment TEXT NOT NULL,
  version INTEGER NOT NULL,
  unit ANY NOT NULL,
  variant TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER,
  PRIMARY KEY (experiment, version, unit, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE configurations (
  id INTEGER PRIMARY KEY,
  checksum TEXT NOT NULL,
  text TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE imports (
  checksum TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  events INTEGER NOT NULL,
  imported_ms INTEGER NOT NULL
) STRICT;

-- One row. Every playback whose id is at most `settled` belongs to a session that has ended.
CREATE TABLE recovery (settled INTEGER NOT NULL) STRICT;
INSERT INTO recovery VALUES (0);
)sql";

// What schema 2 has and schema 1 had not.
constexpr const char* kTablesSince2 = R"sql(
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  unit ANY NOT NULL,
  name TEXT NOT NULL,
  value REAL NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE looks (
  id INTEGER PRIMARY KEY,
  experiment TEXT NOT NULL,
  version INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  units INTEGER NOT NULL,
  data_through_ms INTEGER NOT NULL
) STRICT;
)sql";

// What schema 3 has and schema 2 had not.
constexpr const char* kTablesSince3 = R"sql(
-- Every playback whose id is above `settled` and at most `listed`, and whose session has not ended, stands in
-- open_playbacks; others may, too.
ALTER TABLE recovery ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;

CREATE TABLE open_playbacks (
  playback INTEGER PRIMARY KEY,
  session INTEGER NOT NULL
) STRICT;

-- Rows that every analysis leaves out, unless that is undone. An older program would count them: it refuses the store.
CREATE TABLE exclusions (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('event', 'session', 'unit', 'before', 'after')),
  target ANY NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  at_ms INTEGER NOT NULL,
  undone_ms INTEGER
) STRICT;
)sql";

// What schema 4 has and schema 3 had not.
constexpr const char* kTablesSince4 = R"sql(
-- From ended_ms on nobody is in this version of the experiment any more. An older program would go on counting: it
-- refuses the store.
CREATE TABLE experiment_ends (
  experiment TEXT NOT NULL,
  version INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL,
  PRIMARY KEY (experiment, version)
) STRICT, WITHOUT ROWID;
)sql";

// What schema 5 has and schema 4 had not.
constexpr const char* kTablesSince5 = R"sql(
-- An older program would size plans anew at every look: it refuses the store.
CREATE TABLE planned_sizes (
  id INTEGER PRIMARY KEY,
  experiment TEXT NOT NULL,
  version INTEGER NOT NULL,
  plan TEXT NOT NULL,
  units INTEGER NOT NULL,
  from_units INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  data_through_ms INTEGER NOT NULL,
  UNIQUE (experiment, version, plan)
) STRICT;
)sql";

// What schema 6 has and schema 5 had not.
constexpr const char* kTablesSince6 = R"sql(
-- An older program would take back what was called: it refuses the store.
CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  experiment TEXT NOT NULL,
  version INTEGER NOT NULL,
  control TEXT NOT NULL,
  variant TEXT NOT NULL,
  called TEXT NOT NULL CHECK (called IN ('win', 'harm', 'invalid')),
  rule TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  units INTEGER NOT NULL,
  data_through_ms INTEGER NOT NULL
) STRICT;
)sql";

// What schema 7 has and schema 6 had not.
constexpr const char* kTablesSince7 = R"sql(
-- A program began to write: what it logged has times from since_ms on. Where it simulated one experiment alone, what
-- begins before the next run counts for no other one. An older program would count it: it refuses the store.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  since_ms INTEGER NOT NULL,
  clock TEXT NOT NULL CHECK (clock IN ('real', 'simulated')),
  alone TEXT,
  command TEXT NOT NULL DEFAULT '',
  program TEXT NOT NULL DEFAULT '',
  configuration TEXT NOT NULL DEFAULT '',
  world_kind TEXT,
  world_name TEXT,
  world_seed INTEGER,
  world_checksum TEXT,
  world_listeners INTEGER,
  seed INTEGER,
  sessions INTEGER,
  days INTEGER,
  listeners INTEGER
) STRICT;
CREATE INDEX runs_since ON runs (since_ms);
)sql";

// What schema 8 has and schema 7 had not.
constexpr const char* kTablesSince8 = R"sql(
-- What recommenders served from under a configuration (its id). An older program would let other files pass for the
-- same treatment: it refuses the store.
CREATE TABLE configuration_files (
  configuration INTEGER NOT NULL,
  recommender TEXT NOT NULL,
  file TEXT NOT NULL,
  checksum TEXT NOT NULL,
  PRIMARY KEY (configuration, recommender, file)
) STRICT, WITHOUT ROWID;
)sql";

// What schema 9 has and schema 8 had not.
constexpr const char* kTablesSince9 = R"sql(
-- Ids that clients gave to rows (16 bytes: a hash of the row's kind and its id), in the order in which they came: who
-- writes reads those of the last days and knows what has come already. No index: in the order of its ids a row costs a
-- tenth. An older program would count twice what is sent twice: it refuses the store.
CREATE TABLE logged_ids (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
)sql";

// Of schema 9: objects of JSON; NULL where none were given.
void add_objects(SQLite::Database& database) {
  const auto add = [&](const std::string& table, const std::string& column) {
    if (column_or_null(database, table, column) == column) return;
    database.exec("ALTER TABLE " + table + " ADD COLUMN " + column + " TEXT");
  };
  add("events", "properties");
  add("sessions", "properties");
  add("exposures", "attributes");
}

int pragma(SQLite::Database& database, const std::string& name) {
  return database.execAndGet("PRAGMA " + name).getInt();
}

}  // namespace

void create_schema(SQLite::Database& database, const StoreFile& file) {
  // Immediate: it must not run between another process's look and its CREATE.
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  const bool blank = database.execAndGet("SELECT COUNT(*) FROM sqlite_schema").getInt() == 0 &&
                     pragma(database, "application_id") == 0 && pragma(database, "user_version") == 0;
  std::string told;
  if (blank) {
    database.exec(kTables);
    database.exec(kTablesSince2);
    database.exec(kTablesSince3);
    database.exec(kTablesSince4);
    database.exec(kTablesSince5);
    database.exec(kTablesSince6);
    database.exec(kTablesSince7);
    database.exec(kTablesSince8);
    database.exec(kTablesSince9);
    add_objects(database);
    create_views(database);
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  } else {
    check_schema(database, file.name());
    const int version = pragma(database, "user_version");
    if (version < kSchemaVersion) {
      const std::filesystem::path copy = keep_copy(file, version);
      told = file.name().string() + ": was of schema " + std::to_string(version) + ", is of schema " +
             std::to_string(kSchemaVersion) + " now; a copy of before is " + copy.string();
    }
    if (version < 2) {
      database.exec(kTablesSince2);
      create_event_log(database);
    }
    if (version < 3) database.exec(kTablesSince3);
    if (version < 4) database.exec(kTablesSince4);
    if (version < 5) database.exec(kTablesSince5);
    if (version < 6) database.exec(kTablesSince6);
    if (version < 7) database.exec(kTablesSince7);
    if (version < 8) database.exec(kTablesSince8);
    if (version < 9) {
      database.exec(kTablesSince9);
      add_objects(database);
    }
    if (version < kSchemaVersion) database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    bring_views_up(database);
  }
  transaction.commit();
  if (!told.empty()) log_line(told);
}

void check_schema(SQLite::Database& database, const std::filesystem::path& file) {
  if (pragma(database, "application_id") != kApplicationId) {
    throw Error::user(file.string() + ": no Crossfade store, but some other SQLite file");
  }
  const int version = pragma(database, "user_version");
  const std::string is = file.string() + ": a store of schema " + std::to_string(version);
  const std::string known = "1 to " + std::to_string(kSchemaVersion);
  if (version > kSchemaVersion) {
    throw Error::user(is + ", newer than this program (it knows " + known + "): want a newer crossfade");
  }
  if (version < 1) throw Error::user(is + ", want " + known);
}

bool has_table(SQLite::Database& database, const std::string& name) {
  return database.tableExists(name);
}

std::string column_or_null(SQLite::Database& database, const std::string& table, const std::string& column) {
  SQLite::Statement known{database, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?"};
  known.bind(1, table);
  known.bind(2, column);
  return known.executeStep() ? column : "NULL";
}

}  // namespace crossfade::storage::sqlite
