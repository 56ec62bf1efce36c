#include "platform/storage/sqlite/database/sqlite_schema.h"

#include <algorithm>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/database/schema_copy.h"

namespace crossfade::storage::sqlite {

namespace {

// Stored; do not change.
constexpr int kApplicationId = 0x58464144;  // "XFAD"
constexpr int kSchemaVersion = 8;

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

CREATE VIEW event_log AS
SELECT unit, name, value, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at
FROM events;
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

constexpr const char* kViews = R"sql(
CREATE VIEW playback_log AS
SELECT unit, session, position, track, fraction, recommended, recommender, propensity, latency_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at
FROM playbacks;

CREATE VIEW session_log AS
SELECT unit, session, tracks, time, latency_ms, end_reason,
       strftime('%Y-%m-%dT%H:%M:%fZ', started_ms / 1000.0, 'unixepoch') AS started,
       strftime('%Y-%m-%dT%H:%M:%fZ', ended_ms / 1000.0, 'unixepoch') AS ended
FROM sessions;

CREATE VIEW exposure_log AS
SELECT experiment, version, unit, variant,
       strftime('%Y-%m-%dT%H:%M:%fZ', first_seen_ms / 1000.0, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_ms / 1000.0, 'unixepoch') AS last_seen
FROM exposures;
)sql";

// As they stood in stores of schema 2 and before, analysed_sessions up to 0.1.0 the same rows slowly. Stored; do not
// change.
constexpr const char* kAnalysedUnits2 = R"sql(CREATE VIEW analysed_units AS
SELECT experiment, version, unit, MIN(variant) AS variant, MIN(first_seen_ms) AS first_seen_ms,
       MAX(last_seen_ms) AS last_seen_ms
FROM exposures
WHERE version = (SELECT MAX(latest.version) FROM exposures AS latest WHERE latest.experiment = exposures.experiment)
GROUP BY experiment, version, unit
HAVING COUNT(*) = 1)sql";
constexpr const char* kAnalysedSessions2 = R"sql(CREATE VIEW analysed_sessions AS
SELECT experiment, version, variant, sessions.*
FROM sessions CROSS JOIN analysed_units USING (unit)
WHERE started_ms >= first_seen_ms AND (last_seen_ms IS NULL OR started_ms <= last_seen_ms))sql";
constexpr const char* kSlowAnalysedSessions = R"sql(CREATE VIEW analysed_sessions AS
SELECT experiment, version, variant, sessions.*
FROM sessions JOIN analysed_units USING (unit)
WHERE started_ms >= first_seen_ms AND (last_seen_ms IS NULL OR started_ms <= last_seen_ms))sql";

// The units that an analysis counts: of each experiment's latest version, seen in one variant only. The latest versions
// are asked for once: asked for each row, a version that is wholly excluded would be passed over again and again.
std::string analysed_units() {
  return "CREATE VIEW analysed_units AS\n"
         "SELECT experiment, version, unit, MIN(variant) AS variant, MIN(first_seen_ms) AS first_seen_ms,\n"
         "       MIN(COALESCE(MAX(last_seen_ms), ended_ms), COALESCE(ended_ms, MAX(last_seen_ms))) AS last_seen_ms\n"
         "FROM exposures LEFT JOIN experiment_ends USING (experiment, version)\n"
         "WHERE (experiment, version) IN (SELECT experiment, MAX(version) FROM exposures\n    WHERE " +
         not_excluded_sql("exposures", "") +
         "\n    GROUP BY experiment)\n  AND (ended_ms IS NULL OR first_seen_ms <= ended_ms)\n  AND " +
         not_excluded_sql("exposures", "") + "\nGROUP BY experiment, version, unit\nHAVING COUNT(*) = 1";
}

// As it stood in stores of schema 3. Stored; do not change.
std::string analysed_units_3() {
  return "CREATE VIEW analysed_units AS\n"
         "SELECT experiment, version, unit, MIN(variant) AS variant, MIN(first_seen_ms) AS first_seen_ms,\n"
         "       MAX(last_seen_ms) AS last_seen_ms\n"
         "FROM exposures\n"
         "WHERE (experiment, version) IN (SELECT experiment, MAX(version) FROM exposures\n    WHERE " +
         not_excluded_sql("exposures", "") + "\n    GROUP BY experiment)\n  AND " + not_excluded_sql("exposures", "") +
         "\nGROUP BY experiment, version, unit\nHAVING COUNT(*) = 1";
}

// As it stood in stores of schemas 3 to 6. Stored; do not change.
std::string analysed_sessions_3() {
  return std::string(kAnalysedSessions2) + "\n  AND " + not_excluded_sql("sessions", "sessions.");
}

// The sessions that an analysis counts, once for each experiment that they count for. The order of a CROSS JOIN stands:
// each session looks its unit up. Left to choose, SQLite scans the sessions once for each unit where a query groups by
// experiment.
std::string analysed_sessions() {
  return analysed_sessions_3() +
         "\n  AND COALESCE((SELECT alone FROM runs WHERE since_ms <= started_ms ORDER BY since_ms DESC, id DESC LIMIT "
         "1),"
         "\n               experiment) = experiment";
}

int pragma(SQLite::Database& database, const std::string& name) {
  return database.execAndGet("PRAGMA " + name).getInt();
}

// A view that is not ours any more, or that a later program has made, is left alone.
void bring_view_up(SQLite::Database& database, const std::string& name, const std::vector<std::string>& former,
                   const std::string& now) {
  SQLite::Statement view{database, "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?"};
  view.bind(1, name);
  const bool ours = view.executeStep() && std::ranges::find(former, view.getColumn(0).getString()) != former.end();
  view.reset();
  if (!ours) return;
  database.exec("DROP VIEW " + name);
  database.exec(now);
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
    database.exec(kViews);
    database.exec(kTablesSince2);
    database.exec(kTablesSince3);
    database.exec(kTablesSince4);
    database.exec(kTablesSince5);
    database.exec(kTablesSince6);
    database.exec(kTablesSince7);
    database.exec(kTablesSince8);
    database.exec(analysed_units());
    database.exec(analysed_sessions());
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
    if (version < 2) database.exec(kTablesSince2);
    if (version < 3) database.exec(kTablesSince3);
    if (version < 4) database.exec(kTablesSince4);
    if (version < 5) database.exec(kTablesSince5);
    if (version < 6) database.exec(kTablesSince6);
    if (version < 7) database.exec(kTablesSince7);
    if (version < 8) database.exec(kTablesSince8);
    if (version < kSchemaVersion) database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    bring_view_up(database, "analysed_units", {kAnalysedUnits2, analysed_units_3()}, analysed_units());
    bring_view_up(database, "analysed_sessions", {kSlowAnalysedSessions, kAnalysedSessions2, analysed_sessions_3()},
                  analysed_sessions());
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

}  // namespace crossfade::storage::sqlite
