#include "platform/analysis/planning/population.h"

#include <fmt/format.h>

#include <cmath>

namespace crossfade::analysis {

std::optional<double> reachable_units(const Experiment& experiment, const std::vector<Run>& runs) {
  if (runs.empty() || !runs.back().listeners) return std::nullopt;
  const double range = experiment.layer ? experiment.layer->end - experiment.layer->begin : 1;
  return std::round(static_cast<double>(*runs.back().listeners) * range * experiment.coverage);
}

std::string too_few_listeners(const Experiment& experiment, const std::vector<Run>& runs, double wanted) {
  const std::optional<double> reachable = reachable_units(experiment, runs);
  if (!reachable || wanted <= *reachable) return "";
  return fmt::format("The plan wants {:.0f} units, and of the {} listeners about {:.0f} can be in the experiment.",
                     wanted, *runs.back().listeners, *reachable);
}

}  // namespace crossfade::analysis
