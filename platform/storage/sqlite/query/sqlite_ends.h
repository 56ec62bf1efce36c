#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <vector>

#include "platform/storage/contract/event_store.h"

namespace crossfade::storage::sqlite {

// By experiment and version; a store of before schema 4 has none.
std::vector<ExperimentEnd> experiment_ends(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
