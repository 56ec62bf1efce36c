#include "platform/assignment/assigner.h"

#include <algorithm>
#include <cassert>
#include <ranges>
#include <string>

#include "platform/core/json_text.h"

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

std::optional<std::size_t> owner_of(std::uint32_t bucket, std::span<const BucketRange> variants) {
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (variants[i].contains(bucket)) return i;
  }
  return std::nullopt;
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

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::split:
      return "split";
    case Reason::override_:
      return "override";
    case Reason::not_running:
      return "not_running";
    case Reason::no_unit:
      return "no_unit";
    case Reason::targeting:
      return "targeting";
    case Reason::prerequisite:
      return "prerequisite";
    case Reason::layer:
      return "layer";
    case Reason::coverage:
      return "coverage";
    case Reason::holdout:
      return "holdout";
  }
  return "";
}

Assigner::Assigner(const Configuration& configuration) : shared_(shared_parameters(configuration)) {
  const std::vector<Experiment>& all = configuration.experiments;
  experiments_.reserve(all.size());
  const GroupSets groups{configuration.groups};  // once for all of them
  for (const Experiment& experiment : all) {
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
    prepared.own_unit = experiment.unit == configuration.unit;
    if (experiment.targeting.kind() != JsonValue::Kind::null) {
      prepared.targeting = Condition(experiment.targeting, groups);
    }
    for (const Prerequisite& prerequisite : experiment.prerequisites) {
      const auto required = std::ranges::find(all, prerequisite.experiment, &Experiment::key);
      assert(required != all.end());
      auto& one = prepared.prerequisites.emplace_back();
      one.experiment = static_cast<std::size_t>(required - all.begin());
      for (const std::string& key : prerequisite.variants) one.variants.push_back(find_variant(*required, key));
    }
    if (!experiment.holdout) all_.push_back(experiments_.size() - 1);
    for (std::size_t i = 0; !experiment.holdout && i < all.size(); ++i) {
      if (all[i].status == Status::running && holds_out(all[i], experiment)) prepared.holdouts.push_back(i);
    }
  }
}

std::optional<std::size_t> Assigner::split(const Prepared& prepared, std::string_view unit) {
  switch (prepared.experiment->hash) {
    case HashAlgorithm::murmur3_mod:
      return murmur3_32(unit, prepared.murmur3_seed) % prepared.variants.size();
    case HashAlgorithm::fnv1a_v2:
      return owner_of(bucket_of(prepared.seed, unit), prepared.variants);
    case HashAlgorithm::fnv1a_v1:
      return owner_of(bucket_of_v1(prepared.experiment->salt, unit), prepared.variants);
  }
  return std::nullopt;
}

std::uint32_t Assigner::bucket_in_layer(const Prepared& prepared, std::string_view unit) {
  const Layer& layer = *prepared.layer;
  return layer.hash == HashAlgorithm::fnv1a_v1 ? bucket_of_v1(layer.salt, unit) : bucket_of(prepared.layer_seed, unit);
}

std::optional<std::size_t> Assigner::variant_of(std::size_t experiment, std::string_view unit) const {
  assert(experiment < experiments_.size());
  const Prepared& prepared = experiments_[experiment];
  if (prepared.layer && !prepared.layer_range.contains(bucket_in_layer(prepared, unit))) return std::nullopt;
  return split(prepared, unit);
}

std::string_view Assigner::unit_of(const Prepared& prepared, const Context& context, std::string& storage) const {
  if (prepared.own_unit) return context.unit;
  const JsonValue* const id = context.attributes ? context.attributes->find(prepared.experiment->unit) : nullptr;
  if (id == nullptr) return {};
  if (const std::string* const text = id->text()) return *text;
  if (id->number() == nullptr) return {};
  storage = to_json(*id);
  return storage;
}

bool Assigner::is_required(const Prepared& prepared, const Context& context) const {
  return std::ranges::all_of(prepared.prerequisites, [&](const Prepared::Required& required) {
    const Prepared& other = experiments_[required.experiment];
    const auto wanted = [&](const Variant* variant) {
      return std::ranges::find(required.variants, variant) != required.variants.end();
    };
    // Of one that has been decided everybody gets that variant.
    if (other.experiment->status == Status::stopped && other.experiment->decided) {
      return wanted(find_variant(*other.experiment, other.experiment->decided->variant));
    }
    LayerBucket bucket;
    std::string storage;
    const Found found = find(other, context, bucket, storage);
    return found.variant != nullptr && wanted(found.variant);
  });
}

Assigner::Found Assigner::find(const Prepared& prepared, const Context& context, LayerBucket& bucket,
                               std::string& storage) const {
  const Experiment& experiment = *prepared.experiment;
  if (experiment.status != Status::running) return {.reason = Reason::not_running};
  const std::string_view unit = unit_of(prepared, context, storage);
  if (unit.empty()) return {.reason = Reason::no_unit};
  for (const Override& one : experiment.overrides) {
    if (one.unit != unit) continue;
    return {.reason = Reason::override_, .variant = find_variant(experiment, one.variant), .unit = unit};
  }
  static const JsonValue nothing;
  if (!prepared.targeting.is_empty() && !prepared.targeting.holds(context.attributes ? *context.attributes : nothing)) {
    return {.reason = Reason::targeting, .unit = unit};
  }
  if (!prepared.prerequisites.empty() && !is_required(prepared, context)) {
    return {.reason = Reason::prerequisite, .unit = unit};
  }
  if (prepared.layer != nullptr) {
    if (prepared.layer != bucket.layer || unit.data() != bucket.unit.data()) {
      bucket = {.layer = prepared.layer, .unit = unit, .bucket = bucket_in_layer(prepared, unit)};
    }
    if (!prepared.layer_range.contains(bucket.bucket)) return {.reason = Reason::layer, .unit = unit};
  }
  const auto variant = split(prepared, unit);
  if (!variant) return {.reason = Reason::coverage, .unit = unit};
  for (const std::size_t holdout : prepared.holdouts) {
    const Prepared& held = experiments_[holdout];
    const auto side = split(held, unit);
    if (side && held.experiment->variants[*side].control) {
      return {.reason = Reason::holdout, .unit = unit, .holdout = held.experiment};
    }
  }
  return {.reason = Reason::split, .variant = &experiment.variants[*variant], .unit = unit};
}

Decision Assigner::decide(std::size_t experiment, const Context& context) const {
  assert(experiment < experiments_.size());
  LayerBucket bucket;
  std::string storage;
  const Found found = find(experiments_[experiment], context, bucket, storage);
  return {.reason = found.reason, .variant = found.variant, .unit = std::string(found.unit), .holdout = found.holdout};
}

std::vector<Assignment> Assigner::assignments(const Context& context, std::span<const std::size_t> experiments) const {
  std::vector<Assignment> assignments;
  assignments.reserve(std::min<std::size_t>(experiments_.size(), 16));
  std::vector<std::size_t> asked;  // holdouts of experiments that the unit is in, or is held out of
  LayerBucket bucket;
  std::string storage;
  for (const std::size_t position : experiments) {
    const Prepared& prepared = experiments_[position];
    const Found found = find(prepared, context, bucket, storage);
    if (found.variant != nullptr) {
      assignments.push_back({prepared.experiment, found.variant, found.reason == Reason::override_});
    }
    if (found.reason == Reason::split || found.reason == Reason::holdout) {
      asked.insert(asked.end(), prepared.holdouts.begin(), prepared.holdouts.end());
    }
  }
  if (asked.empty()) return assignments;
  std::ranges::sort(asked);
  const auto repeated = std::ranges::unique(asked);
  asked.erase(repeated.begin(), repeated.end());
  for (const std::size_t holdout : asked) {
    const Found found = find(experiments_[holdout], context, bucket, storage);
    if (found.variant == nullptr) continue;
    const Assignment one{experiments_[holdout].experiment, found.variant, found.reason == Reason::override_};
    // They point into one vector: the order of the configuration.
    assignments.insert(std::ranges::upper_bound(assignments, one.experiment, {}, &Assignment::experiment), one);
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

Values Assigner::parameters(std::span<const Assignment> assignments) const {
  Values parameters = shared_;
  for (const Assignment& assignment : assignments) {
    for (const auto& [name, value] : assignment.variant->parameters) parameters.insert_or_assign(name, value);
  }
  return parameters;
}

Values Assigner::parameters_of(const Context& context) const {
  return parameters(assignments(context));
}

}  // namespace crossfade::assignment
