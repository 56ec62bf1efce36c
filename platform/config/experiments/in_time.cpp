#include "platform/config/experiments/in_time.h"

#include <fmt/format.h>

#include <vector>

#include "platform/core/random.h"

namespace crossfade::config {

namespace {

// All times at which an experiment becomes another one; none of one that does not run.
std::vector<Timestamp> steps_of(const Experiment& experiment) {
  std::vector<Timestamp> steps;
  if (experiment.status != Status::running) return steps;
  if (experiment.schedule.start) steps.push_back(*experiment.schedule.start);
  if (experiment.schedule.end) steps.push_back(*experiment.schedule.end);
  for (const RampStep& step : experiment.ramp) steps.push_back(step.from);
  return steps;
}

}  // namespace

Configuration in_time(Configuration configuration, Timestamp now) {
  std::optional<Timestamp> latest;
  for (Experiment& experiment : configuration.experiments) {
    for (const Timestamp step : steps_of(experiment)) {
      if (step <= now && (!latest || step > *latest)) latest = step;
    }
    if (experiment.status != Status::running) continue;
    for (const RampStep& step : experiment.ramp) {
      if (step.from <= now) experiment.coverage = step.coverage;
    }
    const Schedule& schedule = experiment.schedule;
    if (schedule.start && now < *schedule.start) experiment.status = Status::draft;
    if (schedule.end && now >= *schedule.end) experiment.status = Status::stopped;
  }
  if (latest) {
    configuration.checksum = fmt::format("{:016x}", key_of(configuration.text + "\n" + to_string(*latest)));
  }
  return configuration;
}

std::optional<Timestamp> next_step(const Configuration& configuration, Timestamp now) {
  std::optional<Timestamp> next;
  for (const Experiment& experiment : configuration.experiments) {
    for (const Timestamp step : steps_of(experiment)) {
      if (step > now && (!next || step < *next)) next = step;
    }
  }
  return next;
}

}  // namespace crossfade::config
