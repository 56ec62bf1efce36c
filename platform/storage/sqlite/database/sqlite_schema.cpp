#include "platform/storage/sqlite/database/sqlite_schema.h"

#include <algorithm>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"

namespace crossfade::storage::sqlite {

namespace {

// Stored; do not change.
constexpr int kApplicationId = 0x58464144;  // "XFAD"
constexpr int kSchemaVersion = 3;

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
         "       MAX(last_seen_ms) AS last_seen_ms\n"
         "FROM exposures\n"
         "WHERE (experiment, version) IN (SELECT experiment, MAX(version) FROM exposures\n    WHERE " +
         not_excluded_sql("exposures", "") + "\n    GROUP BY experiment)\n  AND " + not_excluded_sql("exposures", "") +
         "\nGROUP BY experiment, version, unit\nHAVING COUNT(*) = 1";
}

// The sessions that an analysis counts, once for each experiment that they count for. The order of a CROSS JOIN stands:
// each session looks its unit up. Left to choose, SQLite scans the sessions once for each unit where a query groups by
// experiment.
std::string analysed_sessions() {
  return std::string(kAnalysedSessions2) + "\n  AND " + not_excluded_sql("sessions", "sessions.");
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

void create_schema(SQLite::Database& database, const std::filesystem::path& file) {
  // Immediate: it must not run between another process's look and its CREATE.
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  const bool blank = database.execAndGet("SELECT COUNT(*) FROM sqlite_schema").getInt() == 0 &&
                     pragma(database, "application_id") == 0 && pragma(database, "user_version") == 0;
  if (blank) {
    database.exec(kTables);
    database.exec(kViews);
    database.exec(kTablesSince2);
    database.exec(kTablesSince3);
    database.exec(analysed_units());
    database.exec(analysed_sessions());
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  } else {
    check_schema(database, file);
    const int version = pragma(database, "user_version");
    if (version < 2) database.exec(kTablesSince2);
    if (version < 3) database.exec(kTablesSince3);
    if (version < kSchemaVersion) database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    bring_view_up(database, "analysed_units", {kAnalysedUnits2}, analysed_units());
    bring_view_up(database, "analysed_sessions", {kSlowAnalysedSessions, kAnalysedSessions2}, analysed_sessions());
  }
  transaction.commit();
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
