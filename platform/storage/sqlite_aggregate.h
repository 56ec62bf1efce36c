#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <vector>

#include "platform/storage/event_store.h"

namespace crossfade::storage::sqlite {

// EventStore::aggregate: one scan of `exposures`, one of `sessions`. O(exposures log exposures + sessions) time; memory
// for the exposed units only.
std::vector<ExperimentAggregate> aggregate(SQLite::Database& database, const AggregateQuery& query);

}  // namespace crossfade::storage::sqlite
