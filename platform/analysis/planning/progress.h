#pragma once

#include <optional>
#include <vector>

#include "platform/analysis/planning/planned_size.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/report.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// Where an experiment stands in its plan, and what this look may therefore conclude.
struct Progress {
  PlanProgress report;
  std::optional<double> bound;   // |z| of this look, of group_sequential: each treatment has alpha / treatments
  std::optional<double> n_star;  // planned units in the control and one treatment
};

// A look counts as one at the next multiple of this share of the information; those at the same multiple are one look,
// as they see practically the same data.
inline constexpr double kLookStep = 0.005;

// `looks`: those of this
// experiment and version, oldest first; this look is added where it is not the last of them, unless this is none
// (AnalyzeOptions::is_look). `closing`: the data are those of the plan's last look, the last of `looks`, and no look is
// added.
Progress progress_of(const Plan& plan, const ExperimentData& data, const Sizing& sizing,
                     const std::vector<storage::Look>& looks, const storage::Look* closing = nullptr,
                     bool is_look = true);

// Whether a look at these data would be another one than those that were recorded.
bool look_due(const PlanProgress& progress, const ExperimentData& data, const std::vector<storage::Look>& looks);

// The look that reached the end of a plan, where data came in after it: a group sequential one spent what was left of
// alpha with it, a fixed one all, so that later data cannot reject anything. Of an always-valid plan any look may. Null
// where the plan is still under way, or this is that look.
const storage::Look* closing_look(const PlanProgress& progress, const ExperimentData& data,
                                  const std::vector<storage::Look>& looks);

}  // namespace crossfade::analysis
