#pragma once

#include <vector>

#include "platform/analysis/report.h"
#include "platform/analysis/sections.h"

namespace crossfade::analysis {

// Those of a report's distributions and traffic; none where they were not asked for. Sections without rows may be among
// them.
std::vector<Section> detail_sections(const Report& report);

}  // namespace crossfade::analysis
