#include "platform/config/experiments/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace crossfade::config {

namespace {

bool live(const LocatedExperiment& one) {
  return one.experiment.status != Status::stopped;
}

bool same_layer(const Experiment& a, const Experiment& b) {
  return a.layer && b.layer && a.layer->layer == b.layer->layer;
}

void check_experiment_keys(const LocatedExperiment& one, const LocatedExperiment& earlier, Faults& faults) {
  if (one.experiment.key.empty() || one.experiment.key != earlier.experiment.key) return;
  faults.add(one.key, fmt::format("experiment {} stands twice, first in line {}, want keys that differ",
                                  in_quotes(one.experiment.key), earlier.key.line));
}

void check_ranges(const LocatedExperiment& one, const LocatedExperiment& earlier, Faults& faults) {
  if (!one.layer_is_sound || !earlier.layer_is_sound || !same_layer(one.experiment, earlier.experiment)) return;
  const LayerRange& range = *one.experiment.layer;
  const LayerRange& taken = *earlier.experiment.layer;
  if (range.begin >= taken.end || taken.begin >= range.end) return;
  faults.add(one.range, fmt::format("range [{}, {}] of layer {} overlaps [{}, {}] of experiment {} (line {}), want "
                                    "ranges apart",
                                    range.begin, range.end, in_quotes(range.layer), taken.begin, taken.end,
                                    in_quotes(earlier.experiment.key), earlier.range.line));
}

void check_salts(const LocatedExperiment& one, const LocatedExperiment& earlier, Faults& faults) {
  const Experiment& a = one.experiment;
  const Experiment& b = earlier.experiment;
  // Experiments of one layer share no unit, so their splits may look alike. Equal keys are told as such.
  if (a.salt.empty() || a.salt != b.salt || a.hash != b.hash || a.key == b.key || same_layer(a, b)) return;
  faults.add(one.salt, fmt::format("salt {} is that of experiment {} (line {}) too, want another: both would split the "
                                   "units alike",
                                   in_quotes(a.salt), in_quotes(b.key), earlier.salt.line));
}

void check_layer_salts(const Layers& layers, Faults& faults) {
  for (std::size_t i = 0; i < layers.layers.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (layers.layers[i].salt != layers.layers[j].salt || layers.layers[i].hash != layers.layers[j].hash) continue;
      faults.add(layers.salts[i],
                 fmt::format("salt {} is that of layer {} (line {}) too, want another: both would "
                             "order the units alike",
                             in_quotes(layers.layers[i].salt), in_quotes(layers.layers[j].name), layers.salts[j].line));
    }
  }
}

void check_salt_of_layer(const LocatedExperiment& one, const Layers& layers, Faults& faults) {
  const auto layer = std::ranges::find_if(layers.layers, [&](const Layer& each) {
    return each.salt == one.experiment.salt && each.hash == one.experiment.hash;
  });
  if (layer == layers.layers.end()) return;
  faults.add(one.salt,
             fmt::format("salt {} is that of layer {} too, want another: variants would be slices of the layer",
                         in_quotes(one.experiment.salt), in_quotes(layer->name)));
}

// What units of its variants get of a parameter.
std::set<Value> values_of(const Experiment& experiment, const std::string& name, const Values& shared) {
  std::set<Value> values;
  for (const Variant& variant : experiment.variants) {
    for (const Values* const from : {&variant.parameters, &shared}) {
      const auto found = from->find(name);
      if (found == from->end()) continue;
      values.insert(found->second);
      break;
    }
  }
  return values;
}

void check_served(const LocatedExperiment& one, const LocatedExperiment& earlier, const Values& shared,
                  Faults& faults) {
  const Experiment& a = one.experiment;
  const Experiment& b = earlier.experiment;
  if (a.key == b.key || !may_share_units(a, b)) return;
  const std::set<std::string> others = varied_parameters(b);
  for (const std::string& name : varied_parameters(a)) {
    if (!others.contains(name)) continue;
    std::set<Value> values = values_of(a, name, shared);
    values.merge(values_of(b, name, shared));
    if (values.size() <= 1) continue;
    faults.add(one.key, fmt::format("experiment {} sets {}, which experiment {} (line {}) sets too, want both in one "
                                    "layer, with ranges apart: units in both would get it from one of them only",
                                    in_quotes(a.key), name, in_quotes(b.key), earlier.key.line));
  }
}

void check_decisions(const LocatedExperiment& one, const LocatedExperiment& earlier, Faults& faults) {
  const auto& a = one.experiment.decided;
  const auto& b = earlier.experiment.decided;
  if (!a || !b || a->on != b->on) return;
  const Variant* const ours = find_variant(one.experiment, a->variant);
  const Variant* const theirs = find_variant(earlier.experiment, b->variant);
  if (ours == nullptr || theirs == nullptr) return;
  for (const auto& [name, value] : ours->parameters) {
    const auto other = theirs->parameters.find(name);
    if (other == theirs->parameters.end() || other->second == value) continue;
    faults.add(one.decided, fmt::format("{} was decided by experiment {} (line {}) too, otherwise and on the same day, "
                                        "want another day: the later one stands",
                                        name, in_quotes(earlier.experiment.key), earlier.decided.line));
  }
}

}  // namespace

void check_experiments(const std::vector<LocatedExperiment>& experiments, const Layers& layers, Faults& faults) {
  check_layer_salts(layers, faults);
  for (auto one = experiments.begin(); one != experiments.end(); ++one) {
    if (live(*one)) check_salt_of_layer(*one, layers, faults);
    for (auto earlier = experiments.begin(); earlier != one; ++earlier) {
      check_experiment_keys(*one, *earlier, faults);
      if (!live(*one) || !live(*earlier)) continue;
      check_ranges(*one, *earlier, faults);
      check_salts(*one, *earlier, faults);
    }
  }
}

void check_parameters(const std::vector<LocatedExperiment>& experiments, const Values& shared, Faults& faults) {
  for (auto one = experiments.begin(); one != experiments.end(); ++one) {
    for (auto earlier = experiments.begin(); earlier != one; ++earlier) {
      check_decisions(*one, *earlier, faults);
      if (live(*one) && live(*earlier)) check_served(*one, *earlier, shared, faults);
    }
  }
}

}  // namespace crossfade::config
