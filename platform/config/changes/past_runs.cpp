#include "platform/config/changes/past_runs.h"

#include <algorithm>
#include <utility>

namespace crossfade::config {

void PastRuns::follow(const Configuration& next, Timestamp since) {
  const auto is_running = [](const Experiment& experiment) { return experiment.status == Status::running; };
  Configuration without_text = next;
  without_text.text.clear();
  const auto shared = std::make_shared<const Configuration>(std::move(without_text));
  for (PastRun& run : runs_) {
    const auto same = [&](const Experiment& now) {
      return now.key == run.experiment.key && now.version == run.experiment.version && is_running(now);
    };
    const auto now = std::ranges::find_if(next.experiments, same);
    if (now != next.experiments.end()) {
      // Earlier programs let an ended one run again.
      run = {.experiment = *now, .configuration = shared};
    } else if (!run.ended) {
      run.ended = since;
    }
  }
  for (const Experiment& now : next.experiments) {
    const auto same = [&](const PastRun& run) {
      return run.experiment.key == now.key && run.experiment.version == now.version;
    };
    if (is_running(now) && std::ranges::none_of(runs_, same)) {
      runs_.push_back({.experiment = now, .configuration = shared});
    }
  }
}

const PastRun* PastRuns::latest(std::string_view key) const {
  const PastRun* latest = nullptr;
  for (const PastRun& run : runs_) {
    if (run.experiment.key != key) continue;
    if (latest == nullptr || run.experiment.version > latest->experiment.version) latest = &run;
  }
  return latest;
}

}  // namespace crossfade::config
