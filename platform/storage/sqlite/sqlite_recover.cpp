#include "platform/storage/sqlite/sqlite_recover.h"

#include <algorithm>
#include <map>

#include "platform/storage/sqlite/database/sqlite_connection.h"

namespace crossfade::storage::sqlite {

std::vector<OpenSession> open_sessions(SQLite::Database& database) {
  SQLite::Statement tail{
      database,
      "SELECT session, unit, track, fraction, latency_ms, at_ms FROM playbacks "
      "WHERE id > (SELECT settled FROM recovery) "
      "AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session) ORDER BY id"};
  std::map<SessionId, OpenSession> open;
  while (tail.executeStep()) {
    const SessionId id{tail.getColumn(0).getInt64()};
    const Timestamp at{tail.getColumn(5).getInt64()};
    const auto [entry, is_new] = open.try_emplace(id);
    OpenSession& session = entry->second;
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
    session.heard.push_back({tail.getColumn(2).getUInt()});
    session.time += tail.getColumn(3).getDouble();
    if (tail.getColumn(4).isNull()) {
      session.latency_ms.reset();
    } else if (session.latency_ms) {
      *session.latency_ms += tail.getColumn(4).getDouble();
    }
  }
  std::vector<OpenSession> sessions;
  sessions.reserve(open.size());
  for (auto& [id, session] : open) sessions.push_back(std::move(session));
  return sessions;
}

SessionId last_session(SQLite::Database& database) {
  const auto ended = database.execAndGet("SELECT COALESCE(MAX(session), 0) FROM sessions").getInt64();
  const auto begun = database
                         .execAndGet(
                             "SELECT COALESCE(MAX(session), 0) FROM playbacks "
                             "WHERE id > (SELECT settled FROM recovery)")
                         .getInt64();
  return {std::max(ended, begun)};
}

std::optional<Timestamp> last_playback(SQLite::Database& database) {
  // Two scans: of the sessions' ends, and of the playbacks that no ended session speaks for.
  SQLite::Statement latest{database,
                           "SELECT MAX(at) FROM (SELECT MAX(ended_ms) AS at FROM sessions UNION ALL "
                           "SELECT MAX(at_ms) FROM playbacks WHERE id > (SELECT settled FROM recovery))"};
  if (!latest.executeStep() || latest.getColumn(0).isNull()) return std::nullopt;
  return Timestamp{latest.getColumn(0).getInt64()};
}

}  // namespace crossfade::storage::sqlite
