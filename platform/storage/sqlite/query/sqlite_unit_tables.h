#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <vector>

#include "platform/storage/contract/unit_table.h"

namespace crossfade::storage::sqlite {

// EventStore::unit_tables: one pass over the sessions, and over playbacks and custom events where metrics need them.
std::vector<UnitTable> unit_tables(SQLite::Database& database, const AggregateQuery& query);

}  // namespace crossfade::storage::sqlite
