#include "platform/storage/sqlite/database/schema_views.h"

#include <algorithm>
#include <string>
#include <vector>

#include "platform/storage/sqlite/database/exclusion_sql.h"

namespace crossfade::storage::sqlite {

namespace {

constexpr const char* kPlaybackLog = R"sql(CREATE VIEW playback_log AS
SELECT unit, session, position, track, fraction, recommended, recommender, propensity, latency_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at
FROM playbacks)sql";
constexpr const char* kSessionLog = R"sql(CREATE VIEW session_log AS
SELECT unit, session, tracks, time, latency_ms, end_reason,
       strftime('%Y-%m-%dT%H:%M:%fZ', started_ms / 1000.0, 'unixepoch') AS started,
       strftime('%Y-%m-%dT%H:%M:%fZ', ended_ms / 1000.0, 'unixepoch') AS ended, properties
FROM sessions)sql";
constexpr const char* kExposureLog = R"sql(CREATE VIEW exposure_log AS
SELECT experiment, version, unit, variant,
       strftime('%Y-%m-%dT%H:%M:%fZ', first_seen_ms / 1000.0, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_ms / 1000.0, 'unixepoch') AS last_seen, attributes
FROM exposures)sql";
constexpr const char* kEventLog = R"sql(CREATE VIEW event_log AS
SELECT unit, name, value, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at, properties
FROM events)sql";

// As they stood in stores up to schema 8. Stored; do not change.
constexpr const char* kSessionLog8 = R"sql(CREATE VIEW session_log AS
SELECT unit, session, tracks, time, latency_ms, end_reason,
       strftime('%Y-%m-%dT%H:%M:%fZ', started_ms / 1000.0, 'unixepoch') AS started,
       strftime('%Y-%m-%dT%H:%M:%fZ', ended_ms / 1000.0, 'unixepoch') AS ended
FROM sessions)sql";
constexpr const char* kExposureLog8 = R"sql(CREATE VIEW exposure_log AS
SELECT experiment, version, unit, variant,
       strftime('%Y-%m-%dT%H:%M:%fZ', first_seen_ms / 1000.0, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_ms / 1000.0, 'unixepoch') AS last_seen
FROM exposures)sql";
constexpr const char* kEventLog8 = R"sql(CREATE VIEW event_log AS
SELECT unit, name, value, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at
FROM events)sql";

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

void create_event_log(SQLite::Database& database) {
  database.exec(kEventLog);
}

void create_views(SQLite::Database& database) {
  for (const char* view : {kPlaybackLog, kSessionLog, kExposureLog}) database.exec(view);
  create_event_log(database);
  database.exec(analysed_units());
  database.exec(analysed_sessions());
}

void bring_views_up(SQLite::Database& database) {
  bring_view_up(database, "event_log", {kEventLog8}, kEventLog);
  bring_view_up(database, "session_log", {kSessionLog8}, kSessionLog);
  bring_view_up(database, "exposure_log", {kExposureLog8}, kExposureLog);
  bring_view_up(database, "analysed_units", {kAnalysedUnits2, analysed_units_3()}, analysed_units());
  bring_view_up(database, "analysed_sessions", {kSlowAnalysedSessions, kAnalysedSessions2, analysed_sessions_3()},
                analysed_sessions());
}

}  // namespace crossfade::storage::sqlite
