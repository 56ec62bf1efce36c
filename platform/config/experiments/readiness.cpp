#include "platform/config/experiments/readiness.h"

#include <fmt/format.h>

#include "platform/config/experiments/marks.h"

namespace crossfade::config {

std::vector<Fault> not_ready(const Configuration& configuration, std::string_view file_name) {
  Faults faults{file_name};
  std::map<std::string, Mark> marks = marks_of_experiments(configuration.text);
  for (const Experiment& one : configuration.experiments) {
    if (one.status == Status::stopped) continue;
    const auto lacks = [&](std::string_view what) {
      faults.add(marks[one.key], fmt::format("{} has {}", one.key, what));
    };
    if (one.owner.empty()) lacks("no owner: nobody to ask");
    if (one.holdout) continue;
    if (one.hypothesis.empty()) lacks("no hypothesis: nothing that the result could say yes or no to");
    if (!one.plan) lacks("no plan: when to decide is not said, and looking until it is significant deceives");
  }
  return faults.take();
}

}  // namespace crossfade::config
