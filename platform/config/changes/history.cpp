#include "platform/config/changes/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "platform/config/changes/definition_changes.h"
#include "platform/config/changes/targeting_changes.h"
#include "platform/config/changes/treatments.h"

namespace crossfade::config {

namespace {

const Experiment* find(const Configuration& configuration, std::string_view key) {
  return find_named(configuration.experiments, key, &Experiment::key);
}

std::string keys_of(const Experiment& experiment) {
  std::vector<std::string> keys;
  for (const Variant& variant : experiment.variants) keys.push_back(variant.key);
  return fmt::format("{}", fmt::join(keys, ", "));
}

std::string weights_of(const Experiment& experiment) {
  std::vector<double> weights;
  for (const Variant& variant : experiment.variants) weights.push_back(variant.weight);
  return fmt::format("{}", fmt::join(weights, ", "));
}

std::string layer_of(const Experiment& experiment) {
  if (!experiment.layer) return "none";
  return fmt::format("{} [{}, {}]", experiment.layer->layer, experiment.layer->begin, experiment.layer->end);
}

Layer layer_of(const Experiment& experiment, const Configuration& configuration) {
  const auto layer = std::ranges::find(configuration.layers, experiment.layer->layer, &Layer::name);
  return layer == configuration.layers.end() ? Layer{} : *layer;
}

std::string guardrails_of(const MetricRoles& roles) {
  std::vector<std::string> guardrails;
  for (const Guardrail& one : roles.guardrails) guardrails.push_back(fmt::format("{} ({})", one.metric, one.margin));
  return list_of(guardrails);
}

std::string plan_of(const std::optional<Plan>& plan) {
  if (!plan) return "none";
  // alpha may be 1 - 0.95, which is not quite 0.05.
  std::string text = fmt::format("{}, alpha {:.10g}, power {}", to_string(plan->mode), plan->alpha, plan->power);
  if (plan->mde) text += fmt::format(", mde {}", *plan->mde);
  if (plan->sample_size) text += fmt::format(", sample size {}", *plan->sample_size);
  if (plan->duration_days) text += fmt::format(", {} days", *plan->duration_days);
  if (plan->looks) text += fmt::format(", {} looks", *plan->looks);
  return text;
}

std::string overrides_of(const Experiment& experiment) {
  constexpr std::size_t most = 10;
  std::vector<std::string> texts;
  for (const Override& one : experiment.overrides) {
    if (texts.size() == most) {
      texts.push_back(fmt::format("{} more", experiment.overrides.size() - most));
      break;
    }
    texts.push_back(fmt::format("{} in {}", one.unit, one.variant));
  }
  return list_of(texts);
}

std::string schedule_of(const Schedule& schedule) {
  if (!schedule.start && !schedule.end) return "none";
  return fmt::format("{} to {}", schedule.start ? to_string(*schedule.start) : "now",
                     schedule.end ? to_string(*schedule.end) : "whenever it is stopped");
}

std::string ramp_of(const Experiment& experiment) {
  std::vector<std::string> texts;
  for (const RampStep& step : experiment.ramp) {
    texts.push_back(fmt::format("{} from {}", step.coverage, to_string(step.from)));
  }
  return list_of(texts);
}

// Of one experiment in one configuration.
struct Side {
  const Configuration& configuration;
  const Experiment& experiment;

  std::set<std::string> metrics() const {
    std::set<std::string> used{experiment.metrics.primary};
    used.insert(experiment.metrics.secondary.begin(), experiment.metrics.secondary.end());
    for (const Guardrail& one : experiment.metrics.guardrails) used.insert(one.metric);
    return used;
  }
};

class ExperimentDiff {
 public:
  ExperimentDiff(Side before, Side after) : before_(before), after_(after) {}

  std::vector<std::string> changes() {
    units();
    TreatmentChanges treatment = treatment_changes(before_.configuration, after_.configuration, after_.experiment.key);
    for (auto* const some : {&treatment.definitions, &treatment.files, &treatment.shared})
      changes_.add(std::move(*some));
    judgement();
    return changes_.take();
  }

 private:
  // Who takes part.
  void units() {
    const Experiment& then = before_.experiment;
    const Experiment& now = after_.experiment;
    const auto decision_of = [](const Experiment& experiment) {
      return experiment.decided ? experiment.decided->variant : std::string();
    };
    changes_.is("status", to_string(now.status), to_string(then.status));
    changes_.is("decision", decision_of(now), decision_of(then));
    changes_.is("version", fmt::to_string(now.version), fmt::to_string(then.version));
    changes_.are("variants", keys_of(now), keys_of(then));
    changes_.are("weights", weights_of(now), weights_of(then));
    changes_.is("control", control_of(now).key, control_of(then).key);
    changes_.is("salt", now.salt, then.salt);
    changes_.is("hash", to_string(now.hash), to_string(then.hash));
    changes_.is("layer", layer_of(now), layer_of(then));
    if (now.layer && then.layer && now.layer->layer == then.layer->layer) {
      const Layer layer = layer_of(now, after_.configuration);
      const Layer former = layer_of(then, before_.configuration);
      changes_.is("salt of layer " + now.layer->layer, layer.salt, former.salt);
      changes_.is("hash of layer " + now.layer->layer, to_string(layer.hash), to_string(former.hash));
    }
    if (!is_same_targeting(now.targeting, then.targeting)) {
      changes_.is("targeting", targeting_of(now), targeting_of(then));
    }
    for (const GroupChange& one : group_changes(before_.configuration, after_.configuration, now.targeting)) {
      changes_.add({fmt::format("group {} has {}", one.group, describe(one))});
    }
    changes_.is("coverage", fmt::to_string(now.coverage), fmt::to_string(then.coverage));
    changes_.is("unit", now.unit, then.unit);
    changes_.are("prerequisites", prerequisites_of(now), prerequisites_of(then));
    changes_.are("overrides", overrides_of(now), overrides_of(then));
    changes_.is("schedule", schedule_of(now.schedule), schedule_of(then.schedule));
    changes_.is("ramp", ramp_of(now), ramp_of(then));
  }

  // How it is judged.
  void judgement() {
    const Experiment& then = before_.experiment;
    const Experiment& now = after_.experiment;
    changes_.is("hypothesis", now.hypothesis, then.hypothesis);
    changes_.is("primary metric", now.metrics.primary, then.metrics.primary);
    changes_.are("secondary metrics", list_of(now.metrics.secondary), list_of(then.metrics.secondary));
    changes_.are("guardrails", guardrails_of(now.metrics), guardrails_of(then.metrics));
    changes_.is("plan", plan_of(now.plan), plan_of(then.plan));
    changes_.is("confidence level", fmt::to_string(after_.configuration.confidence_level),
                fmt::to_string(before_.configuration.confidence_level));
    changes_.is("prior of lifts", prior_of(after_.configuration), prior_of(before_.configuration));
    const std::set<std::string> metrics = before_.metrics();
    for (const std::string& name : after_.metrics()) {
      const auto* const defined = find_named(after_.configuration.metrics, name, &MetricDefinition::name);
      const auto* const before = find_named(before_.configuration.metrics, name, &MetricDefinition::name);
      // Standard metrics are defined nowhere, and stay what they are.
      if (metrics.contains(name) && defined && before) metric_changed(changes_, *defined, *before);
    }
  }

  static std::string prior_of(const Configuration& configuration) {
    return fmt::format("mean {}, sd {}", configuration.prior.mean, configuration.prior.sd);
  }

  const Side before_;
  const Side after_;
  ChangeList changes_;
};

// Whether a variant became something else while its version ran.
bool swapped(const Configuration& before, const Configuration& after, std::string_view key) {
  const Experiment* const then = find(before, key);
  const Experiment* const now = find(after, key);
  const bool ran_on = then != nullptr && now != nullptr && then->status == Status::running &&
                      now->status == Status::running && then->version == now->version;
  return ran_on && !treatment_changes(before, after, key).same_treatment();
}

}  // namespace

std::vector<std::string> describe_changes(const Configuration& before, const Configuration& after,
                                          std::string_view key) {
  const Experiment* const then = find(before, key);
  const Experiment* const now = find(after, key);
  if (then == nullptr && now == nullptr) return {};
  if (then == nullptr) return {"added"};
  if (now == nullptr) return {"removed"};
  return ExperimentDiff({before, *then}, {after, *now}).changes();
}

std::vector<ConfigurationChange> changes_of(const Configuration& before, const Configuration& after, Timestamp at) {
  std::vector<std::string> keys;
  for (const Experiment& experiment : after.experiments) keys.push_back(experiment.key);
  for (const Experiment& experiment : before.experiments) {
    if (find(after, experiment.key) == nullptr) keys.push_back(experiment.key);
  }
  std::vector<ConfigurationChange> changes;
  for (const std::string& key : keys) {
    std::vector<std::string> described = describe_changes(before, after, key);
    if (described.empty()) continue;
    changes.push_back({.experiment = key,
                       .at = at,
                       .checksum = after.checksum,
                       .changes = std::move(described),
                       .treatment = swapped(before, after, key)});
  }
  return changes;
}

}  // namespace crossfade::config
