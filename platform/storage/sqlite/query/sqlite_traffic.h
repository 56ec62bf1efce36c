#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "platform/storage/contract/traffic.h"

namespace crossfade::storage::sqlite {

// EventStore::traffic: one pass over the sessions and one over the playbacks.
Traffic traffic(SQLite::Database& database, const TrafficQuery& query);

}  // namespace crossfade::storage::sqlite
