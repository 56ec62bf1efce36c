#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"

namespace crossfade::analysis {

// Where reports that are not there come from.
struct OtherExperiments {
  std::function<std::vector<std::string>()> keys;  // of all in configuration and store
  std::function<std::vector<Report>(const std::vector<std::string>& keys)> reports;
};

// Sets after_launch of those that ship or have ended with a difference. From kEnoughEnded ended experiments on (stopped
// or imported, with the same primary metric, one treatment, a lift and a sound split, whatever their verdict) the lift
// is shrunken to theirs; with fewer, or where theirs differ by no more than their errors, the posterior of the
// configured prior stands. `others` are asked for what is not among the reports, once a metric, and only where it is
// needed.
void add_after_launch(std::vector<Report>& reports, const Configuration& configuration, const OtherExperiments& others);
// Of a table: by the prior.
void add_after_launch(Report& report, const LiftPrior& prior);

}  // namespace crossfade::analysis
