#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>
#include <vector>

#include "platform/storage/contract/event_store.h"

// What a restart asks a store, by the recovery mark: no index is needed, and of `playbacks` are read the newest and
// those that open_playbacks lists.
namespace crossfade::storage::sqlite {

std::vector<OpenSession> open_sessions(SQLite::Database& database);
SessionId last_session(SQLite::Database& database);
std::optional<Timestamp> last_playback(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
