#pragma once

#include "platform/analysis/analyze.h"
#include "platform/analysis/report/timeline.h"

namespace crossfade::analysis {

inline constexpr int kMostPoints = 15;

// The experiment `options.experiments` names, day by day (UTC), at most kMostPoints of its days, evenly chosen. Each
// point is what `analyze` gives with `until`, and costs a pass over the store: as many run at a time as there are
// processors, two at least. Effects of days at which the experiment is INVALID are withheld unless `force`, and so are
// those of all days of one that is INVALID in the end.
Timeline timeline(const Configuration& configuration, const storage::EventStore& store, const AnalyzeOptions& options,
                  bool force);

}  // namespace crossfade::analysis
