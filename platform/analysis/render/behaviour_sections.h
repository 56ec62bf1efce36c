#pragma once

#include <vector>

#include "platform/analysis/render/sections.h"
#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// Those of a report's distributions and traffic; none where they were not asked for. Sections without rows may be among
// them.
std::vector<Section> behaviour_sections(const Report& report);

}  // namespace crossfade::analysis
