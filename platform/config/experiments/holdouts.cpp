#include "platform/config/experiments/holdouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "platform/config/experiments/eligibility.h"
#include "platform/config/keys.h"

namespace crossfade::config {

namespace {

constexpr double kLeastShare = 1e-4;  // one bucket of the hash

void read_scope(const Map& map, const Context& context, Experiment& experiment, Faults& faults) {
  experiment.unit = context.unit;
  if (const Entry* const layer = map.find("layer")) {
    const auto name = layer->text(faults, "the name of a layer");
    if (name && std::ranges::find(context.layers, *name) == context.layers.end()) {
      faults.add(layer->value_mark(), unknown_name("layer", *name, context.layers));
    }
    experiment.holdout->layer = name.value_or("");
    const auto of_layer = context.layer_units.find(experiment.holdout->layer);
    if (of_layer != context.layer_units.end()) experiment.unit = of_layer->second;
  }
  const Entry* const unit = map.find("unit");
  if (unit == nullptr) return;
  const std::string kind = read_unit(*unit, faults);
  if (!experiment.holdout->layer.empty() && kind != experiment.unit) {
    faults.add(unit->value_mark(),
               fmt::format("unit is {} in a holdout of layer {}, which splits units of kind {}, want "
                           "that",
                           kind, in_quotes(experiment.holdout->layer), experiment.unit));
  }
  experiment.unit = kind;
}

LocatedExperiment read_holdout(const Entry& entry, const Context& context, Faults& faults) {
  LocatedExperiment located;
  Experiment& experiment = located.experiment;
  experiment.status = Status::running;
  experiment.holdout = Holdout{};
  const Map map{entry, "in a holdout", key_names_of(Section::holdout), faults};
  if (!map.valid()) return located;
  read_common(map, context, located, faults);
  read_scope(map, context, experiment, faults);
  double share = kLeastShare;
  if (const Entry* const one = map.require("share", "the share of units that are held out, such as 0.05", faults)) {
    const auto fits = [](double value) { return value >= kLeastShare && value <= 0.5; };
    share = one->number(faults, fits, "a number 0.0001 to 0.5").value_or(share);
  }
  experiment.variants = {{.key = std::string(kHeldOut), .weight = share, .control = true, .parameters = {}},
                         {.key = std::string(kNotHeldOut), .weight = 1 - share, .control = false, .parameters = {}}};
  return located;
}

}  // namespace

std::vector<LocatedExperiment> read_holdouts(const Entry& entry, const Context& context, Faults& faults) {
  const auto items = entry.list(faults, "holdout", "a list of holdouts");
  if (!items) return {};
  std::vector<LocatedExperiment> holdouts;
  for (const Entry& item : *items) holdouts.push_back(read_holdout(item, context, faults));
  return holdouts;
}

}  // namespace crossfade::config
