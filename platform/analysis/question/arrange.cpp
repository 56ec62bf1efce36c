#include "platform/analysis/question/arrange.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/core/error.h"

namespace crossfade::analysis {

namespace {

VariantData& variant_of(ExperimentData& data, const std::string& key, std::size_t metrics) {
  const auto found = std::ranges::find(data.variants, key, &VariantData::key);
  if (found != data.variants.end()) return *found;
  data.variants.push_back({.key = key, .metrics = std::vector<storage::MetricAggregate>(metrics)});
  return data.variants.back();
}

void fill(ExperimentData& data, const storage::ExperimentAggregate& aggregate, std::size_t metrics) {
  data.multiple_variants = aggregate.multiple_variants;
  data.overridden = aggregate.overridden;
  data.first_exposure = aggregate.first_exposure;
  data.exposed_from = aggregate.exposed_from ? aggregate.exposed_from : aggregate.first_exposure;
  data.last_exposure = aggregate.last_exposure;
  data.data_through = aggregate.data_through;
  data.last_began = aggregate.last_began;
  data.ended = aggregate.ended;
  data.paused = aggregate.paused;
  data.limits = aggregate.limits;
  for (const storage::VariantAggregate& seen : aggregate.variants) {
    VariantData& variant = variant_of(data, seen.variant, metrics);
    variant.units = seen.units;
    variant.metrics = seen.metrics;
    variant.third = seen.third;
    variant.covariances = seen.covariances;
    variant.metrics.resize(metrics);  // of what the store has not answered nothing is known
    if (data.configured != nullptr && variant.weight == 0 && seen.units > 0) {
      data.warnings.push_back(fmt::format("{} seen in variant {}, which has no weight in the configuration.",
                                          seen.units == 1 ? "1 unit was" : fmt::format("{} units were", seen.units),
                                          seen.variant));
    }
  }
}

std::string default_control(const ExperimentData& data) {
  if (data.configured != nullptr) return control_of(*data.configured).key;
  for (const char* name : {"control", "C"}) {
    if (std::ranges::find(data.variants, name, &VariantData::key) != data.variants.end()) return name;
  }
  return data.variants.empty() ? "" : data.variants.front().key;
}

void put_control_first(ExperimentData& data, std::string_view asked) {
  if (data.variants.empty()) return;
  const std::string key = asked.empty() ? default_control(data) : std::string(asked);
  const auto control = std::ranges::find(data.variants, key, &VariantData::key);
  if (control == data.variants.end()) {
    std::vector<std::string> known;
    known.reserve(data.variants.size());
    for (const VariantData& variant : data.variants) known.push_back(variant.key);
    const std::string near = nearest_name(key, known);
    throw Error::user(fmt::format(
        "experiment {} has no variant \"{}\"; {}", data.key, key,
        near.empty() ? fmt::format("it has {}", fmt::join(known, ", ")) : fmt::format("did you mean \"{}\"?", near)));
  }
  std::rotate(data.variants.begin(), control, control + 1);
}

// In the order of the experiment's variants, which are final.
std::vector<GroupingData> arranged(const std::vector<storage::GroupingAggregate>& groupings, const ExperimentData& data,
                                   std::size_t metrics) {
  std::vector<GroupingData> arranged;
  for (const storage::GroupingAggregate& grouping : groupings) {
    GroupingData& one = arranged.emplace_back(GroupingData{.name = grouping.name,
                                                           .levels = {},
                                                           .without_value = grouping.without_value,
                                                           .several_values = grouping.several_values});
    for (const storage::LevelAggregate& level : grouping.levels) {
      LevelData& into = one.levels.emplace_back(LevelData{.level = level.level, .variants = {}});
      for (const VariantData& variant : data.variants) {
        VariantData& target = into.variants.emplace_back(VariantData{
            .key = variant.key, .weight = variant.weight, .metrics = std::vector<storage::MetricAggregate>(metrics)});
        const auto found = std::ranges::find(level.variants, variant.key, &storage::VariantAggregate::variant);
        if (found == level.variants.end()) continue;
        target.units = found->units;
        target.metrics = found->metrics;
      }
    }
  }
  return arranged;
}

}  // namespace

std::int64_t ExperimentData::units() const {
  std::int64_t all = 0;
  for (const VariantData& variant : variants) all += variant.units;
  return all;
}

bool has_ended(const ExperimentData& data) {
  return data.configured == nullptr || data.configured->status == Status::stopped;
}

void set_weights(ExperimentData& data, const std::map<std::string, double>& weights) {
  std::vector<std::string> keys, named;
  for (const VariantData& variant : data.variants) keys.push_back(variant.key);
  for (const auto& [key, weight] : weights) {
    named.push_back(fmt::format("{}={:.10g}", key, weight));
    if (std::ranges::find(keys, key) != keys.end()) continue;
    const std::string near = nearest_name(key, keys);
    throw Error::user(fmt::format(
        "--weights {}: no variant \"{}\"; {}", named.back(), key,
        near.empty() ? fmt::format("it has {}", fmt::join(keys, ", ")) : fmt::format("did you mean \"{}\"?", near)));
  }
  const auto weigh = [&](std::vector<VariantData>& variants) {
    for (VariantData& variant : variants) {
      const auto weight = weights.find(variant.key);
      if (weight == weights.end()) {
        throw Error::user(
            fmt::format("--weights {}: none of variant \"{}\", want one of each", fmt::join(named, ","), variant.key));
      }
      variant.weight = weight->second;
    }
  };
  weigh(data.variants);
  for (GroupingData& dimension : data.dimensions) {
    for (LevelData& level : dimension.levels) weigh(level.variants);
  }
  data.equal_weights_assumed = false;
}

ExperimentData arrange(const Experiment* configured, const storage::ExperimentAggregate& aggregate,
                       std::string_view control, std::size_t metrics) {
  ExperimentData data;
  data.key = aggregate.experiment;
  data.configured = configured;
  data.version = configured != nullptr ? configured->version : aggregate.version;
  data.equal_weights_assumed = configured == nullptr;
  if (configured != nullptr) data.plan = configured->plan;
  if (configured != nullptr) {
    for (const Variant& variant : configured->variants) variant_of(data, variant.key, metrics).weight = variant.weight;
  }
  if (data.version == aggregate.version) {
    fill(data, aggregate, metrics);
  } else if (!aggregate.variants.empty()) {
    data.warnings.push_back(
        fmt::format("The store's latest data are of version {}, the configuration is version {}: "
                    "left out.",
                    aggregate.version, data.version));
  }
  if (configured == nullptr) {
    for (VariantData& variant : data.variants) variant.weight = 1;
  }
  put_control_first(data, control);
  if (data.version == aggregate.version) {
    data.dimensions = arranged(aggregate.dimensions, data, metrics);
    data.overlaps = arranged(aggregate.overlaps, data, metrics);
  }
  return data;
}

}  // namespace crossfade::analysis
