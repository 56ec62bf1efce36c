#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <vector>

#include "platform/storage/contract/event_store.h"

namespace crossfade::storage::sqlite {

// EventStore::configurations.
std::vector<StoredConfiguration> configurations(SQLite::Database& database);

// Those of the configuration with this id, sorted.
std::vector<ServedFile> served_files(SQLite::Database& database);
std::vector<RecommenderFile> files_of(SQLite::Database& database, std::int64_t configuration);

}  // namespace crossfade::storage::sqlite
