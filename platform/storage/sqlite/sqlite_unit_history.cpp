#include "platform/storage/sqlite/sqlite_unit_history.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "platform/storage/contract/unit_history.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"
#include "platform/storage/sqlite/sqlite_playbacks.h"

namespace crossfade::storage::sqlite {

namespace {

// `take` with each of these rows that is really the unit's. `sql` selects by ? = key and then ? = unit.
template <typename Take>
void read_rows(SQLite::Database& database, const std::string& sql, const std::vector<std::int64_t>& ids,
               const UnitId& unit, Take take) {
  SQLite::Statement row{database, sql};
  bind_unit(row, 2, unit);
  for (const std::int64_t id : ids) {
    row.bind(1, id);
    if (row.executeStep()) take(row);
    row.reset();
  }
}

// By the primary key: a few steps for each version of each experiment.
void read_exposures(SQLite::Database& database, const UnitId& unit, UnitHistory& history) {
  SQLite::Statement next{database,
                         "SELECT experiment, version FROM exposures WHERE (experiment, version) > (?, ?) "
                         "ORDER BY experiment, version LIMIT 1"};
  SQLite::Statement rows{database, "SELECT variant, first_seen_ms, last_seen_ms, " +
                                       column_or_null(database, "exposures", "attributes") +
                                       " FROM exposures WHERE experiment = ? AND version = ? AND unit = ?"};
  bind_unit(rows, 3, unit);
  std::string experiment;
  std::int64_t version = std::numeric_limits<std::int64_t>::min();
  for (;;) {
    next.bind(1, experiment);
    next.bind(2, version);
    if (!next.executeStep()) break;
    experiment = next.getColumn(0).getString();
    version = integer_at(next.getColumn(1));
    next.reset();
    rows.bind(1, experiment);
    rows.bind(2, version);
    while (rows.executeStep()) {
      Exposure& exposure = history.exposures.emplace_back();
      exposure.unit = unit;
      exposure.experiment = experiment;
      exposure.version = static_cast<int>(version);
      exposure.variant = rows.getColumn(0).getString();
      exposure.first_seen = {integer_at(rows.getColumn(1))};
      exposure.attributes = text_or_empty(rows.getColumn(3));
      if (!rows.isColumnNull(2)) exposure.last_seen = Timestamp{integer_at(rows.getColumn(2))};
    }
    rows.reset();
  }
  sort_exposures(history.exposures);
}

}  // namespace

UnitHistory UnitHistories::read(SQLite::Database& database, const UnitId& unit, const UnitHistoryLimits& limits) {
  UnitHistory history;
  read_exposures(database, unit, history);
  SessionHistories sessions(limits);
  read_rows(
      database,
      "SELECT tracks, time, end_reason, started_ms, ended_ms, session FROM sessions WHERE session = ? AND unit = ?",
      sessions_.find(database, unit), unit, [&](SQLite::Statement& row) {
        sessions.add(Session{.id = {integer_at(row.getColumn(5))},
                             .unit = unit,
                             .tracks = row.getColumn(0).getInt(),
                             .time = real_at(row.getColumn(1)),
                             .latency_ms = {},
                             .end = row.getColumn(2).getString() == "last" ? SessionEnd::last : SessionEnd::timeout,
                             .started = {integer_at(row.getColumn(3))},
                             .ended = {integer_at(row.getColumn(4))}});
      });
  read_rows(database, std::string("SELECT ") + kPlaybackColumns + " FROM playbacks WHERE id = ? AND unit = ?",
            playbacks_.find(database, unit), unit, [&](SQLite::Statement& row) { sessions.add(playback_of(row)); });
  sessions.move_to(history);
  if (!has_table(database, "events")) return history;
  read_rows(database,
            "SELECT name, value, at_ms, " + column_or_null(database, "events", "properties") +
                " FROM events WHERE id = ? AND unit = ?",
            events_.find(database, unit), unit, [&](SQLite::Statement& row) {
              history.events.push_back({.unit = unit,
                                        .name = row.getColumn(0).getString(),
                                        .value = real_at(row.getColumn(1)),
                                        .at = {integer_at(row.getColumn(2))},
                                        .properties = std::string(text_or_empty(row.getColumn(3)))});
            });
  history.events_total = static_cast<std::int64_t>(history.events.size());
  // Newest first; of one time, the latest that came.
  std::ranges::reverse(history.events);
  std::ranges::stable_sort(history.events, std::ranges::greater{}, &CustomEvent::at);
  if (history.events.size() > limits.events) history.events.resize(limits.events);
  return history;
}

}  // namespace crossfade::storage::sqlite
