#pragma once

#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::runtime {

// analysis::record_looks, now. A store that cannot be written is still one that can be read: then stderr says so.
void note_look(const std::vector<analysis::Report>& reports, storage::EventStore& store);

}  // namespace crossfade::runtime
