#pragma once

#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::runtime {

// analysis::record_looks, now. A store that cannot be written is still one that can be read: then stderr says so.
void note_look(const std::vector<analysis::Report>& reports, storage::SqliteStore& store);

}  // namespace crossfade::runtime
