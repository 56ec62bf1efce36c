#include "platform/runtime/look.h"

#include <cstdio>

#include "platform/analysis/analyze.h"
#include "platform/core/error.h"
#include "platform/core/time.h"

namespace crossfade::runtime {

void note_look(const std::vector<analysis::Report>& reports, storage::EventStore& store) {
  try {
    analysis::record_looks(reports, SystemClock().now(), store);
  } catch (const Error& error) {
    std::fprintf(stderr, "this look could not be recorded: %s\n", error.what());
  }
}

}  // namespace crossfade::runtime
