#include "platform/config/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>

#include "platform/config/document.h"
#include "platform/config/experiments/eligibility.h"
#include "platform/config/experiments/experiments.h"
#include "platform/config/experiments/holdouts.h"
#include "platform/config/experiments/rules.h"
#include "platform/config/keys.h"
#include "platform/config/metric_definitions.h"
#include "platform/config/recommenders.h"
#include "platform/config/targeting.h"
#include "platform/config/yaml_document.h"
#include "platform/core/random.h"

namespace crossfade::config {

namespace {

constexpr std::int64_t kMostDays = 3650;

LiftPrior read_prior(const Entry& entry, Faults& faults) {
  const Map map{entry, "in a prior", key_names_of(Section::prior), faults};
  LiftPrior prior;
  if (const Entry* const mean = map.find("mean")) {
    const auto any = [](double) { return true; };
    prior.mean = mean->number(faults, any, "the expected lift, such as 0").value_or(prior.mean);
  }
  if (const Entry* const sd = map.require("sd", "the standard deviation of lifts, such as 0.05", faults)) {
    const auto positive = [](double value) { return value > 0; };
    prior.sd = sd->number(faults, positive, "a standard deviation above 0, such as 0.05").value_or(prior.sd);
  }
  return prior;
}

void read_defaults(const Entry& entry, Configuration& configuration, Context& context, Faults& faults) {
  const Map map{entry, "in defaults", key_names_of(Section::defaults), faults};
  if (const Entry* const unit = map.find("unit")) configuration.unit = context.unit = read_unit(*unit, faults);
  if (const Entry* const hash = map.find("hash")) context.hash = read_hash(*hash, faults).value_or(context.hash);
  if (const Entry* const level = map.find("confidence_level")) {
    const auto fits = [](double value) { return value > 0 && value < 1; };
    const auto value = level->number(faults, fits, "a number between 0 and 1, such as 0.95");
    configuration.confidence_level = value.value_or(configuration.confidence_level);
  }
  if (const Entry* const days = map.find("minimum_days")) {
    const auto value = days->integer(faults, 0, kMostDays, fmt::format("days, 0 to {}", kMostDays));
    configuration.minimum_days = static_cast<int>(value.value_or(configuration.minimum_days));
  }
  if (const Entry* const prior = map.find("prior")) configuration.prior = read_prior(*prior, faults);
}

Configuration read_configuration(const Entry& root, std::span<const RecommenderType> known_types, Rules rules,
                                 Faults& faults) {
  Configuration configuration;
  Context context;
  const Map map{root, "at the top", key_names_of(Section::top), faults};
  if (const Entry* const version = map.require("version", "version: 1", faults)) {
    version->integer(faults, 1, 1, "1: the one version of this format");
  }
  if (const Entry* const defaults = map.find("defaults")) read_defaults(*defaults, configuration, context, faults);
  // Without recommenders it is the configuration of a service that recommends by itself.
  if (const Entry* const entry = map.find("recommenders")) {
    Recommenders recommenders = read_recommenders(*entry, known_types, faults);
    configuration.recommenders = std::move(recommenders.specs);
    context.recommenders = std::move(recommenders.names);
  }
  const Entry* const parameters =
      context.recommenders.empty()
          ? map.find("parameters")
          : map.require("parameters", "{recommender: NAME}: what a unit gets outside every experiment", faults);
  if (parameters != nullptr) {
    configuration.parameters = read_parameters(*parameters, context.recommenders, faults);
    context.parameters = configuration.parameters;
    if (parameters->value.IsMap()) {
      Faults told{""};
      context.parameter_names = Map{*parameters, "", {}, told}.keys();
    }
  }
  context.alpha = 1 - configuration.confidence_level;
  for (const MetricDefinition& metric : standard_metrics()) context.metrics.push_back(metric.name);
  if (const Entry* const entry = map.find("metrics")) {
    MetricDefinitions definitions = read_metric_definitions(*entry, faults);
    configuration.metrics = std::move(definitions.metrics);
    context.metrics = std::move(definitions.names);
  }
  if (const Entry* const entry = map.find("dimensions")) configuration.dimensions = read_dimensions(*entry, faults);
  Layers layers;
  if (const Entry* const entry = map.find("layers")) layers = read_layers(*entry, context.unit, faults);
  context.layers = layers.names;
  for (const Layer& layer : layers.layers) context.layer_units.emplace(layer.name, layer.unit);
  if (const Entry* const entry = map.find("groups")) configuration.groups = read_groups(*entry, faults);
  context.groups = assignment::GroupSets(configuration.groups);
  std::vector<LocatedExperiment> experiments;
  if (const Entry* const entry = map.find("experiments")) experiments = read_experiments(*entry, context, faults);
  if (const Entry* const entry = map.find("holdouts")) {
    std::vector<LocatedExperiment> holdouts = read_holdouts(*entry, context, faults);
    std::ranges::move(holdouts, std::back_inserter(experiments));
  }
  check_experiments(experiments, layers, faults);
  check_prerequisites(experiments, faults);
  for (const LocatedExperiment& one : experiments) configuration.experiments.push_back(one.experiment);
  if (rules == Rules::all) check_parameters(experiments, shared_parameters(configuration), faults);
  configuration.layers = std::move(layers.layers);
  return configuration;
}

}  // namespace

Configuration load(std::string_view text, std::string_view file_name, std::span<const RecommenderType> known_types,
                   Rules rules) {
  Faults faults{file_name};
  Configuration configuration;
  if (const auto document = read_document(text, faults)) {
    configuration = read_configuration({.key = "the file", .mark = {}, .value = *document}, known_types, rules, faults);
  }
  if (!faults.empty()) throw Error::faults(faults.take());
  configuration.text = text;
  configuration.checksum = fmt::format("{:016x}", key_of(text));
  return configuration;
}

Configuration read(const std::filesystem::path& file, std::span<const RecommenderType> known_types) {
  const auto refuse = [&file] {
    throw Error::user(fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
  };
  const auto close = [](std::FILE* opened) { std::fclose(opened); };
  const std::unique_ptr<std::FILE, decltype(close)> stream{std::fopen(file.c_str(), "rb")};
  if (!stream) refuse();
  std::string text;
  std::array<char, 65536> block{};
  // One byte more than there may be: load says how many. Of a pipe or a device nobody knows the end.
  while (std::feof(stream.get()) == 0 && std::ferror(stream.get()) == 0 && text.size() <= kLargestText) {
    text.append(block.data(), std::fread(block.data(), 1, block.size(), stream.get()));
  }
  if (std::ferror(stream.get())) refuse();  // a directory can be opened, not read
  return load(text, file.string(), known_types);
}

}  // namespace crossfade::config
