#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <vector>

#include "platform/storage/contract/event_store.h"
#include "platform/storage/sqlite/database/store_file.h"

namespace crossfade::storage::sqlite {

// Records the look through a connection of its own, whoever else writes: readers record their looks too, and no state
// of a writer depends on them.
void record_look(const StoreFile& file, const Look& look);
// Whether the latest look of its experiment and version has the same units and data_through.
bool has_look(SQLite::Database& database, const Look& look);
// All looks, the oldest first.
std::vector<Look> looks(SQLite::Database& database);

// As looks are; the first size of a plan stands.
void record_planned_size(const StoreFile& file, const PlannedSize& size);
// The oldest first; none in a store that has no such table yet.
std::vector<PlannedSize> planned_sizes(SQLite::Database& database);

// As looks are; the first call since exclusions changed stands.
void record_call(const StoreFile& file, const Call& call);
bool has_call(SQLite::Database& database, const Call& call);
// The oldest first; none in a store that has no such table yet.
std::vector<Call> calls(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
