#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <vector>

#include "platform/storage/contract/exclusion.h"
#include "platform/storage/sqlite/database/store_file.h"

namespace crossfade::storage::sqlite {

// Both through a connection of their own, as looks are, whoever else writes. `exclude` returns the id. Error (user)
// where the store has no such event, session or unit, or no such exclusion that is not undone.
std::int64_t exclude(const StoreFile& file, const Exclusion& exclusion);
void undo_exclusion(const StoreFile& file, std::int64_t id, Timestamp at);
// All, the oldest first, undone ones too.
std::vector<Exclusion> exclusions(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
