#include "platform/config/experiments/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/config/experiments/about.h"
#include "platform/config/experiments/decided.h"
#include "platform/config/experiments/eligibility.h"
#include "platform/config/experiments/plan.h"
#include "platform/config/experiments/variants.h"
#include "platform/config/keys.h"
#include "platform/config/load.h"
#include "platform/config/metrics.h"
#include "platform/config/targeting.h"

namespace crossfade::config {

namespace {

std::optional<Status> read_status(const Entry& entry, Faults& faults) {
  const auto name = entry.text(faults, "draft, running or stopped");
  if (!name) return std::nullopt;
  std::vector<std::string> known;
  for (const Status status : {Status::draft, Status::running, Status::stopped}) {
    if (*name == to_string(status)) return status;
    known.emplace_back(to_string(status));
  }
  faults.add(entry.value_mark(), unknown_name("status", *name, known));
  return std::nullopt;
}

void read_range(const Entry& entry, LayerRange& range, Faults& faults) {
  constexpr std::string_view rule = "[begin, end) within [0, 1], such as [0.0, 0.5]";
  const auto items = entry.list(faults, "range", rule);
  if (!items) return;
  if (items->size() != 2) {
    faults.add(entry.value_mark(), fmt::format("range has {} numbers, want {}", items->size(), rule));
    return;
  }
  const auto within = [](double value) { return value >= 0 && value <= 1; };
  const auto begin = (*items)[0].number(faults, within, "a number 0 to 1 at the begin");
  const auto end = (*items)[1].number(faults, within, "a number 0 to 1 at the end");
  if (!begin || !end) return;
  if (*begin >= *end) {
    faults.add(entry.value_mark(), fmt::format("range [{}, {}] holds nobody, want begin < end", *begin, *end));
    return;
  }
  range.begin = *begin;
  range.end = *end;
}

void read_salt(const Map& map, LocatedExperiment& located, Faults& faults) {
  if (const Entry* const salt = map.find("salt")) {
    const auto text = salt->text(faults);
    if (text && text->empty()) salt->refuse(faults, "a text that is not empty");
    located.experiment.salt = text.value_or("");
    located.salt = salt->value_mark();
  }
}

void read_layer(const Entry& entry, const Context& context, LocatedExperiment& located, Faults& faults) {
  const Map map{entry, "in layer of an experiment", key_names_of(Section::layer_range), faults};
  LayerRange range;
  if (const Entry* const name = map.require("name", "one of the layers", faults)) {
    located.range = name->value_mark();
    const auto text = name->text(faults, "the name of a layer");
    if (text && std::ranges::find(context.layers, *text) == context.layers.end()) {
      faults.add(name->value_mark(), unknown_name("layer", *text, context.layers));
    }
    range.layer = text.value_or("");
  }
  if (const Entry* const slice = map.find("range")) {
    located.range = slice->value_mark();
    read_range(*slice, range, faults);
  }
  located.experiment.layer = range;
}

// The split of murmur3-mod is the hash modulo the number of variants: it knows no weights and leaves nobody out.
void check_murmur3(const Map& map, const Experiment& experiment, Faults& faults) {
  if (experiment.hash != HashAlgorithm::murmur3_mod || experiment.variants.empty()) return;
  const double equal = 1 / static_cast<double>(experiment.variants.size());
  const auto unequal = [equal](const Variant& variant) { return std::abs(variant.weight - equal) > kWeightTolerance; };
  if (std::ranges::any_of(experiment.variants, unequal)) {
    std::vector<std::string> weights;
    weights.reserve(experiment.variants.size());
    for (const Variant& variant : experiment.variants) weights.push_back(fmt::format("{}", variant.weight));
    faults.add(map.find("variants")->mark,
               fmt::format("weights {} with hash murmur3-mod, want equal ones (or no weight at all): it splits by the "
                           "hash modulo the number of variants",
                           joined(weights)));
  }
  if (const Entry* const ramp = map.find("ramp")) {
    faults.add(ramp->mark,
               "a ramp with hash murmur3-mod, want none: the hash modulo the number of variants leaves nobody out");
  } else if (experiment.coverage < 1) {
    faults.add(
        map.find("coverage")->value_mark(),
        fmt::format("coverage is {} with hash murmur3-mod, want 1: the hash modulo the number of variants leaves "
                    "nobody out (a layer's range can)",
                    experiment.coverage));
  }
}

// The kind of unit: the layer's, or the experiment's own, or the usual one.
void read_kind(const Map& map, const Context& context, Experiment& experiment, Faults& faults) {
  experiment.unit = context.unit;
  const auto of_layer =
      experiment.layer ? context.layer_units.find(experiment.layer->layer) : context.layer_units.end();
  if (of_layer != context.layer_units.end()) experiment.unit = of_layer->second;
  const Entry* const unit = map.find("unit");
  if (unit == nullptr) return;
  const std::string kind = read_unit(*unit, faults);
  if (of_layer != context.layer_units.end() && kind != of_layer->second) {
    faults.add(unit->value_mark(), fmt::format("unit is {} in layer {}, which splits units of kind {}, want that", kind,
                                               in_quotes(of_layer->first), of_layer->second));
  }
  experiment.unit = kind;
}

void read_coverage(const Map& map, Experiment& experiment, Faults& faults) {
  const Entry* const ramp = map.find("ramp");
  if (ramp != nullptr) {
    experiment.ramp = read_ramp(*ramp, faults);
    experiment.coverage = 0;
  }
  const Entry* const coverage = map.find("coverage");
  if (coverage == nullptr) return;
  const auto fits = [](double value) { return value >= 0 && value <= 1; };
  experiment.coverage = coverage->number(faults, fits, "a number 0 to 1").value_or(experiment.coverage);
  if (!experiment.ramp.empty() && experiment.coverage >= experiment.ramp.front().coverage) {
    faults.add(coverage->value_mark(),
               fmt::format("coverage is {} before a ramp whose first step is {}, want less: a ramp moves nobody back",
                           experiment.coverage, experiment.ramp.front().coverage));
  }
}

void read_split(const Map& map, const Context& context, LocatedExperiment& located, Faults& faults) {
  Experiment& experiment = located.experiment;
  experiment.hash = context.hash;
  if (const Entry* const hash = map.find("hash")) experiment.hash = read_hash(*hash, faults).value_or(context.hash);
  if (const Entry* const layer = map.find("layer")) {
    const std::size_t faults_before = faults.size();
    read_layer(*layer, context, located, faults);
    located.layer_is_sound = faults.size() == faults_before;
  }
  read_kind(map, context, experiment, faults);
  const std::size_t faults_before = faults.size();
  read_coverage(map, experiment, faults);
  if (const Entry* const variants = map.require("variants", "a list of at least 2", faults)) {
    experiment.variants = read_variants(*variants, context, faults);
    if (faults.size() == faults_before) check_murmur3(map, experiment, faults);
  }
}

void read_eligibility(const Map& map, const Context& context, LocatedExperiment& located, Faults& faults) {
  Experiment& experiment = located.experiment;
  if (const Entry* const who = map.find("targeting")) {
    experiment.targeting = read_targeting(*who, context.groups, faults);
  }
  if (const Entry* const entry = map.find("prerequisites")) {
    located.prerequisites = read_prerequisites(*entry, faults);
    for (const LocatedPrerequisite& one : located.prerequisites) experiment.prerequisites.push_back(one.value);
  }
  if (const Entry* const entry = map.find("overrides")) {
    experiment.overrides = read_unit_overrides(*entry, experiment.variants, faults);
  }
  if (const Entry* const entry = map.find("schedule")) experiment.schedule = read_schedule(*entry, faults);
}

LocatedExperiment read_experiment(const Entry& entry, const Context& context, Faults& faults) {
  LocatedExperiment located;
  const Map map{entry, "in an experiment", key_names_of(Section::experiment), faults};
  read_common(map, context, located, faults);
  read_split(map, context, located, faults);
  read_eligibility(map, context, located, faults);
  if (const Entry* const decided = map.find("decided")) {
    located.decided = decided->mark;
    read_decided(*decided, located.experiment, faults);
  }
  return located;
}

}  // namespace

void read_common(const Map& map, const Context& context, LocatedExperiment& located, Faults& faults) {
  Experiment& experiment = located.experiment;
  if (const Entry* const key = map.require("key", "one", faults)) {
    located.key = located.salt = key->value_mark();
    experiment.key = experiment.salt = key->name(faults).value_or("");
  }
  read_about(map, experiment, faults);
  if (const Entry* const status = map.find("status")) {
    experiment.status = read_status(*status, faults).value_or(Status::draft);
  }
  if (const Entry* const version = map.find("version")) {
    constexpr int most = std::numeric_limits<int>::max();
    experiment.version = static_cast<int>(version->integer(faults, 1, most, "an integer of at least 1").value_or(1));
  }
  read_salt(map, located, faults);
  bool primary_given = false;
  if (const Entry* const metrics = map.find("metrics")) {
    experiment.metrics = read_metric_roles(*metrics, context.metrics, faults);
    primary_given = metrics->value.IsMap() && metrics->value["primary"].IsDefined();
  }
  if (const Entry* const plan = map.find("plan")) {
    read_plan(*plan, context.metrics, primary_given, context.alpha, experiment, faults);
  }
}

std::optional<HashAlgorithm> read_hash(const Entry& entry, Faults& faults) {
  const auto name = entry.text(faults, "fnv1a-v2, murmur3-mod or fnv1a-v1");
  if (!name) return std::nullopt;
  std::vector<std::string> known;
  for (const HashAlgorithm hash : {HashAlgorithm::fnv1a_v2, HashAlgorithm::murmur3_mod, HashAlgorithm::fnv1a_v1}) {
    if (*name == to_string(hash)) return hash;
    known.emplace_back(to_string(hash));
  }
  faults.add(entry.value_mark(), unknown_name("hash", *name, known));
  return std::nullopt;
}

Layers read_layers(const Entry& entry, const std::string& unit, Faults& faults) {
  Layers result;
  const Map all{entry, "in layers", {}, faults};
  result.names = all.keys();
  for (const Entry& one : all.entries()) {
    if (!is_name(one.key)) {
      faults.add(one.mark, fmt::format("layer is called {}, want {}", in_quotes(one.key), kNameRule));
    }
    const Map map{one, fmt::format("in layer {}", in_quotes(one.key)), key_names_of(Section::layer), faults};
    const Entry* const salt = map.require("salt", "one: a text that says which units fall where", faults);
    const auto text = salt ? salt->text(faults) : std::nullopt;
    if (!text) continue;
    if (text->empty()) salt->refuse(faults, "a text that is not empty");
    const Entry* const kind = map.find("unit");
    result.layers.push_back(
        {.name = one.key, .salt = *text, .unit = kind != nullptr ? read_unit(*kind, faults) : unit});
    if (const Entry* const hash = map.find("hash")) {
      result.layers.back().hash = read_hash(*hash, faults).value_or(HashAlgorithm::fnv1a_v2);
      if (result.layers.back().hash == HashAlgorithm::murmur3_mod) {
        hash->refuse(faults, "fnv1a-v2 or fnv1a-v1: murmur3-mod knows no ranges");
      }
    }
    result.salts.push_back(salt->value_mark());
  }
  return result;
}

std::vector<LocatedExperiment> read_experiments(const Entry& entry, const Context& context, Faults& faults) {
  const auto items = entry.list(faults, "experiment", "a list of experiments");
  if (!items) return {};
  std::vector<LocatedExperiment> experiments;
  for (const Entry& item : *items) experiments.push_back(read_experiment(item, context, faults));
  return experiments;
}

}  // namespace crossfade::config
