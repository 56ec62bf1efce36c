#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <vector>

#include "platform/storage/contract/event_store.h"

namespace crossfade::storage::sqlite {

// Through a connection of its own, whoever else writes: readers record their looks too, and no state of a writer
// depends on them.
void record_look(const std::filesystem::path& file, const Look& look);
// Is it the latest of its experiment and version?
bool has_look(SQLite::Database& database, const Look& look);
std::vector<Look> looks(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
