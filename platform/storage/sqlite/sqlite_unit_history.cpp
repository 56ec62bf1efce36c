#include "platform/storage/sqlite/sqlite_unit_history.h"

#include <string>

#include "platform/storage/contract/unit_history.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"
#include "platform/storage/sqlite/sqlite_playbacks.h"

namespace crossfade::storage::sqlite {

namespace {

void read_exposures(SQLite::Database& database, const UnitId& unit, UnitHistory& history) {
  SQLite::Statement rows{database,
                         "SELECT experiment, version, variant, first_seen_ms, last_seen_ms FROM exposures "
                         "WHERE unit = ?"};
  bind_unit(rows, 1, unit);
  while (rows.executeStep()) {
    Exposure& exposure = history.exposures.emplace_back();
    exposure.unit = unit;
    exposure.experiment = rows.getColumn(0).getString();
    exposure.version = rows.getColumn(1).getInt();
    exposure.variant = rows.getColumn(2).getString();
    exposure.first_seen = {rows.getColumn(3).getInt64()};
    if (!rows.isColumnNull(4)) exposure.last_seen = Timestamp{rows.getColumn(4).getInt64()};
  }
  sort_exposures(history.exposures);
}

void read_sessions(SQLite::Database& database, const UnitId& unit, std::size_t most, UnitHistory& history) {
  SessionHistories sessions(most);
  SQLite::Statement ended{database,
                          "SELECT session, tracks, time, end_reason, started_ms, ended_ms FROM sessions "
                          "WHERE unit = ?"};
  bind_unit(ended, 1, unit);
  while (ended.executeStep()) {
    sessions.add(Session{.id = {ended.getColumn(0).getInt64()},
                         .unit = unit,
                         .tracks = ended.getColumn(1).getInt(),
                         .time = ended.getColumn(2).getDouble(),
                         .latency_ms = {},
                         .end = ended.getColumn(3).getString() == "last" ? SessionEnd::last : SessionEnd::timeout,
                         .started = {ended.getColumn(4).getInt64()},
                         .ended = {ended.getColumn(5).getInt64()}});
  }
  SQLite::Statement playbacks{database,
                              std::string("SELECT ") + kPlaybackColumns + " FROM playbacks WHERE unit = ? ORDER BY id"};
  bind_unit(playbacks, 1, unit);
  while (playbacks.executeStep()) sessions.add(playback_of(playbacks));
  sessions.move_to(history);
}

void read_events(SQLite::Database& database, const UnitId& unit, std::size_t most, UnitHistory& history) {
  if (!has_table(database, "events")) return;
  SQLite::Statement rows{database,
                         "SELECT name, value, at_ms, COUNT(*) OVER () FROM events WHERE unit = ? "
                         "ORDER BY at_ms DESC, id DESC LIMIT ?"};
  bind_unit(rows, 1, unit);
  rows.bind(2, static_cast<std::int64_t>(most));
  while (rows.executeStep()) {
    history.events.push_back({.unit = unit,
                              .name = rows.getColumn(0).getString(),
                              .value = rows.getColumn(1).getDouble(),
                              .at = {rows.getColumn(2).getInt64()}});
    history.events_total = rows.getColumn(3).getInt64();
  }
}

}  // namespace

UnitHistory unit_history(SQLite::Database& database, const UnitId& unit, const UnitHistoryLimits& limits) {
  UnitHistory history;
  read_exposures(database, unit, history);
  read_sessions(database, unit, limits.sessions, history);
  read_events(database, unit, limits.events, history);
  return history;
}

}  // namespace crossfade::storage::sqlite
