#include "platform/runtime/traffic_notes.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "platform/analysis/planning.h"
#include "platform/config/experiments/marks.h"

namespace crossfade::runtime {

namespace {

// What a plan of a size and a duration wants and will not get; "": nothing.
std::string shortfall(const Experiment& experiment, const Configuration& configuration,
                      const storage::EventStore& store) {
  try {
    analysis::PlanRequest request = analysis::plan_request_of(configuration, store, experiment.key);
    if (!request.daily_units || !(*request.daily_units > 0) || !request.mde) return "";
    const analysis::PlanAnswer wanted = analysis::plan_experiment(request);
    const int days = *experiment.plan->duration_days;
    if (!wanted.days || *wanted.days <= days) return "";
    const double mde = *request.mde;
    request.mde.reset();
    request.sample_size = *request.daily_units * days;
    const analysis::PlanAnswer found = analysis::plan_experiment(request);
    return fmt::format(
        "an effect of {:.3g} % takes {:.0f} units, {:.0f} days at {:.0f} a day, and the plan ends after {}{}",
        100 * mde, wanted.units, *wanted.days, *request.daily_units, days,
        found.mde ? fmt::format(": that finds {:.3g} %", 100 * *found.mde) : "");
  } catch (const Error&) {
    return "";  // its metric has not been seen
  }
}

}  // namespace

std::vector<Fault> traffic_notes(const Configuration& configuration, const storage::EventStore& store,
                                 std::string_view file_name) {
  std::vector<Fault> notes;
  std::map<std::string, config::Mark> marks = config::marks_of_experiments(configuration.text);
  for (const Experiment& one : configuration.experiments) {
    if (one.status == Status::stopped || !one.plan || !one.plan->duration_days) continue;
    const std::string text = shortfall(one, configuration, store);
    if (text.empty()) continue;
    const config::Mark mark = marks[one.key];
    notes.push_back(
        {.file = std::string(file_name), .line = mark.line, .column = mark.column, .message = one.key + ": " + text});
  }
  return notes;
}

}  // namespace crossfade::runtime
