#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <vector>

#include "platform/core/run.h"

namespace crossfade::storage::sqlite {

void insert_run(SQLite::Database& database, const Run& run);
// In the order in which they were recorded. None in a store of an older schema.
std::vector<Run> runs(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
