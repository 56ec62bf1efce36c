#pragma once

#include "platform/analysis/report/report.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// The findings with what is concluded from them: the numbers that decide (Comparison::deciding) and the decision.
// docs/verdicts.md has the rules. First match wins:
//   INVALID         sample ratio mismatch, more than 1 % of the units in several variants, or two treatments in one
//                   version
//   SHIP            a treatment wins: the primary metric says so as planned (docs/verdicts.md; without a plan its
//                   Holm-adjusted always-valid p is below alpha), on the good side, every guardrail that is measured is
//                   non-inferior, data of at least health.minimum_days where health.waits_for_days
//   STOP_HARM       the primary metric's always-valid interval lies wholly on the bad side, or the always-valid test of
//   a
//                   guardrail finds a loss beyond its margin
//   GUARDRAIL_FAIL  the single look at the end of a plan finds such a loss, and the always-valid test does not yet
//   NO_EFFECT       the planned sample is there, and no treatment has an effect as large as the planned one
//   INCONCLUSIVE    the planned sample is there, or the experiment was stopped or imported, and none of these
//   KEEP_RUNNING    otherwise
// A winner is shipped although another treatment harms; the reasons then name the harmed ones too.
Report conclude(Report findings);

// An earlier look that called a treatment, and what was concluded from its data, which are told as they stand today.
struct Standing {
  Report then;
  storage::Call call;
};

// `report`, in which what was called before stands, whatever later data alone say: harm in any case, a winner unless it
// is harmed.
Report stand(Report report, const std::vector<Standing>& earlier);

// `report` of a plan that ended with `look`, and `then`, what was concluded from the data of that look: its decision
// stands, and later data are shown, but decide nothing except harm, or that the data are INVALID.
Report close(Report report, Report then, const storage::Look& look);

// The same of a plan under way that nobody looks at now: `then` is concluded from the data of its last recorded look.
Report as_recorded(Report report, Report then, const storage::Look& look);
// The same where no look is recorded yet: nothing is decided but harm, or that the data are INVALID.
Report not_looked_at(Report report);

}  // namespace crossfade::analysis
