#pragma once

#include <vector>

#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// Takes every effect out of a report, with the reason "withheld".
void withhold_effects(Report& report);

// Takes every effect out of INVALID reports, so that nobody decides by one: n and means stay, comparisons have the
// reason "withheld", and a warning says how to see them.
void withhold_invalid(std::vector<Report>& reports);

}  // namespace crossfade::analysis
