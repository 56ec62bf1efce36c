#include "platform/assignment/assigner.h"

#include <algorithm>
#include <cassert>
#include <ranges>
#include <string>

namespace crossfade::assignment {

namespace {

// The first bucket b with b / 10 000 >= bound.
std::uint32_t first_bucket_from(double bound) {
  const double product = std::clamp(bound * kBuckets, 0.0, static_cast<double>(kBuckets));
  auto bucket = static_cast<std::uint32_t>(product);
  // The product is rounded, b / 10 000 too: only the comparison itself is what GrowthBook decides by.
  const auto reaches = [bound](std::uint32_t b) { return static_cast<double>(b) / kBuckets >= bound; };
  while (bucket > 0 && reaches(bucket - 1)) --bucket;
  while (bucket < kBuckets && !reaches(bucket)) ++bucket;
  return bucket;
}

}  // namespace

BucketRange buckets_between(double begin, double end) {
  return {first_bucket_from(begin), first_bucket_from(end)};
}

std::vector<BucketRange> buckets_of_variants(const Experiment& experiment) {
  std::vector<BucketRange> ranges;
  ranges.reserve(experiment.variants.size());
  double cumulative = 0;
  for (const Variant& variant : experiment.variants) {
    ranges.push_back(buckets_between(cumulative, cumulative + experiment.coverage * variant.weight));
    cumulative += variant.weight;
  }
  return ranges;
}

Assigner::Assigner(const Configuration& configuration) : shared_(shared_parameters(configuration)) {
  experiments_.reserve(configuration.experiments.size());
  for (const Experiment& experiment : configuration.experiments) {
    Prepared& prepared = experiments_.emplace_back();
    prepared.experiment = &experiment;
    if (experiment.layer) {
      const auto layer = std::ranges::find(configuration.layers, experiment.layer->layer, &Layer::name);
      assert(layer != configuration.layers.end());
      prepared.layer = &*layer;
      prepared.layer_seed.add(layer->salt);
      prepared.layer_range = buckets_between(experiment.layer->begin, experiment.layer->end);
    }
    prepared.seed.add(experiment.salt);
    prepared.murmur3_seed = murmur3_32(experiment.salt, 0);
    prepared.variants = buckets_of_variants(experiment);
  }
}

std::optional<std::size_t> Assigner::split(const Prepared& prepared, std::string_view unit) {
  switch (prepared.experiment->hash) {
    case HashAlgorithm::murmur3_mod:
      return murmur3_32(unit, prepared.murmur3_seed) % prepared.variants.size();
    case HashAlgorithm::fnv1a_v2:
      const std::uint32_t bucket = bucket_of(prepared.seed, unit);
      for (std::size_t i = 0; i < prepared.variants.size(); ++i) {
        if (prepared.variants[i].contains(bucket)) return i;
      }
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::size_t> Assigner::variant_of(std::size_t experiment, std::string_view unit) const {
  assert(experiment < experiments_.size());
  const Prepared& prepared = experiments_[experiment];
  if (prepared.layer && !prepared.layer_range.contains(bucket_of(prepared.layer_seed, unit))) return std::nullopt;
  return split(prepared, unit);
}

std::vector<Assignment> Assigner::assignments(std::string_view unit) const {
  std::vector<Assignment> assignments;
  // Experiments of one layer mostly stand side by side: its bucket is hashed once for all of them.
  const Layer* layer = nullptr;
  std::uint32_t layer_bucket = 0;
  for (const Prepared& prepared : experiments_) {
    if (prepared.experiment->status != Status::running) continue;
    if (prepared.layer && prepared.layer != layer) {
      layer = prepared.layer;
      layer_bucket = bucket_of(prepared.layer_seed, unit);
    }
    if (prepared.layer && !prepared.layer_range.contains(layer_bucket)) continue;
    if (const auto variant = split(prepared, unit)) {
      assignments.push_back({prepared.experiment, &prepared.experiment->variants[*variant]});
    }
  }
  return assignments;
}

const Value* Assigner::parameter(std::string_view name, std::span<const Assignment> assignments) const {
  const std::string key{name};
  for (const Assignment& assignment : std::views::reverse(assignments)) {
    const auto found = assignment.variant->parameters.find(key);
    if (found != assignment.variant->parameters.end()) return &found->second;
  }
  const auto found = shared_.find(key);
  return found == shared_.end() ? nullptr : &found->second;
}

Values Assigner::parameters_of(std::string_view unit) const {
  Values parameters = shared_;
  for (const Assignment& assignment : assignments(unit)) {
    for (const auto& [name, value] : assignment.variant->parameters) parameters.insert_or_assign(name, value);
  }
  return parameters;
}

}  // namespace crossfade::assignment
