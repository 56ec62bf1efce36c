#include "platform/storage/sqlite/sqlite_recover.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

// The playbacks whose sessions have perhaps not ended, as what stands behind SELECT columns FROM; one part after the
// other they are in the order of their ids.
std::vector<std::string> tail_of_playbacks(SQLite::Database& database) {
  if (!has_table(database, "open_playbacks")) return {"playbacks WHERE id > (SELECT settled FROM recovery)"};
  return {
      "open_playbacks CROSS JOIN playbacks ON playbacks.id = open_playbacks.playback "
      "WHERE playback > (SELECT settled FROM recovery) AND playback <= (SELECT listed FROM recovery)",
      "playbacks WHERE id > (SELECT MAX(settled, listed) FROM recovery)"};
}

// The largest `value` of the tail, and `least` at least.
std::optional<std::int64_t> largest(SQLite::Database& database, const std::string& value,
                                    std::optional<std::int64_t> least) {
  for (const std::string& part : tail_of_playbacks(database)) {
    const SQLite::Column found = database.execAndGet("SELECT MAX(" + value + ") FROM " + part);
    if (!found.isNull()) least = std::max(least.value_or(integer_at(found)), integer_at(found));
  }
  return least;
}

std::optional<std::int64_t> optional_integer(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(integer_at(column));
}

}  // namespace

std::vector<OpenSession> open_sessions(SQLite::Database& database) {
  std::unordered_map<std::int64_t, std::size_t> known;
  std::vector<OpenSession> open;
  for (const std::string& part : tail_of_playbacks(database)) {
    SQLite::Statement tail{database,
                           "SELECT playbacks.session, unit, track, fraction, latency_ms, at_ms FROM " + part +
                               " AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session)"};
    while (tail.executeStep()) {
      const SessionId id{integer_at(tail.getColumn(0))};
      const Timestamp at{integer_at(tail.getColumn(5))};
      const auto [entry, is_new] = known.try_emplace(id.value, open.size());
      OpenSession& session = is_new ? open.emplace_back() : open[entry->second];
      if (is_new) {
        session = {.unit = unit_of(tail.getColumn(1)),
                   .id = id,
                   .started = at,
                   .last_playback = at,
                   .heard = {},
                   .time = 0,
                   .latency_ms = 0};
      }
      session.last_playback = std::max(session.last_playback, at);
      const double fraction = real_at(tail.getColumn(3));
      session.heard.push_back({.track = {tail.getColumn(2).getUInt()}, .fraction = fraction, .at = at});
      session.time += fraction;
      const auto latency = optional_real_at(tail.getColumn(4));
      session.latency_ms = session.latency_ms && latency ? std::optional(*session.latency_ms + *latency) : std::nullopt;
    }
  }
  std::ranges::sort(open, {}, &OpenSession::id);
  return open;
}

void visit_listens(SQLite::Database& database, const std::function<bool(const UnitId&, const Listen&)>& visit) {
  SQLite::Statement rows{database, "SELECT unit, track, fraction, at_ms FROM playbacks ORDER BY rowid DESC"};
  while (rows.executeStep()) {
    const Listen listen{.track = {rows.getColumn(1).getUInt()},
                        .fraction = real_at(rows.getColumn(2)),
                        .at = {integer_at(rows.getColumn(3))}};
    if (!visit(unit_of(rows.getColumn(0)), listen)) return;
  }
}

SessionId last_session(SQLite::Database& database) {
  const auto ended = integer_at(database.execAndGet("SELECT COALESCE(MAX(session), 0) FROM sessions"));
  return {*largest(database, "playbacks.session", ended)};
}

std::optional<Timestamp> last_playback(SQLite::Database& database) {
  // A scan of the sessions' ends, and the playbacks that no ended session speaks for.
  const auto last =
      largest(database, "at_ms", optional_integer(database.execAndGet("SELECT MAX(ended_ms) FROM sessions")));
  return last ? std::optional(Timestamp{*last}) : std::nullopt;
}

}  // namespace crossfade::storage::sqlite
