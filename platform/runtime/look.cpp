#include "platform/runtime/look.h"

#include <string>

#include "platform/analysis/analyze.h"
#include "platform/core/error.h"
#include "platform/core/log.h"
#include "platform/core/time.h"

namespace crossfade::runtime {

void note_look(const std::vector<analysis::Report>& reports, storage::EventStore& store) {
  try {
    analysis::record_looks(reports, SystemClock().now(), store);
  } catch (const Error& error) {
    log_line(std::string("this look could not be recorded: ") + error.what());
  }
}

}  // namespace crossfade::runtime
