#pragma once

#include "platform/analysis/report.h"

namespace crossfade::analysis {

// The verdict of a report whose other parts are complete; docs/verdicts.md has the rules. First match wins:
//   INVALID         sample ratio mismatch, or more than 1 % of the units in several variants
//   SHIP            a treatment wins: Holm-adjusted always-valid p of the primary metric below alpha, on the good side,
//                   every guardrail that is measured non-inferior, data of at least health.minimum_days
//   STOP_HARM       an always-valid interval lies wholly on the bad side: of the primary metric, or of a guardrail and
//                   beyond its margin
//   GUARDRAIL_FAIL  a guardrail's fixed-sample interval lies beyond its margin
//   INCONCLUSIVE    stopped, or imported, and none of these
//   KEEP_RUNNING    otherwise
// A winner is shipped although another treatment harms; the reasons then name the harmed ones too.
Decision decide(const Report& report);

}  // namespace crossfade::analysis
