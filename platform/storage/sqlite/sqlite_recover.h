#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <optional>
#include <vector>

#include "platform/storage/contract/event_store.h"

// What a restart asks a store, by the recovery mark: no index is needed, and of `playbacks` are read the newest and
// those that open_playbacks lists; visit_listens alone goes back as far as it is asked to.
namespace crossfade::storage::sqlite {

std::vector<OpenSession> open_sessions(SQLite::Database& database);
void visit_listens(SQLite::Database& database, const std::function<bool(const UnitId&, const Listen&)>& visit);
SessionId last_session(SQLite::Database& database);
std::optional<Timestamp> last_playback(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
