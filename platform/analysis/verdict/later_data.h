#pragma once

#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// Where an earlier look ships a treatment, and all data together no longer say that it is better, or that a guardrail
// loses less than its margin: warns of it. The verdict stands; who follows it should know.
void warn_of_later_data(Report& report);

}  // namespace crossfade::analysis
