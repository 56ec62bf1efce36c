#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/assignment/conditions/condition.h"
#include "platform/assignment/hash.h"
#include "platform/core/configuration.h"

namespace crossfade::assignment {

// Buckets [begin, end) of 0 .. kBuckets.
struct BucketRange {
  std::uint32_t begin = 0;
  std::uint32_t end = kBuckets;

  bool contains(std::uint32_t bucket) const { return bucket >= begin && bucket < end; }
  bool operator==(const BucketRange&) const = default;
};

// The buckets b with begin <= b / 10 000 < end, compared as doubles: what GrowthBook's inRange answers, decided once
// and kept as integers.
BucketRange buckets_between(double begin, double end);

// The first one that has the bucket; nothing: none has it. GrowthBook's chooseVariation.
std::optional<std::size_t> owner_of(std::uint32_t bucket, std::span<const BucketRange> variants);

// What each variant owns under `fnv1a-v2` and `fnv1a-v1`: [c, c + coverage x weight), where c is the sum of the weights
// before it, added up in doubles in the order of the file, as GrowthBook's getBucketRanges does it. A bound that is off
// by a rounding error (0.1 + 0.2 = 0.30000000000000004) gives bucket 3 000 to the second variant here as there. With
// weights that sum to 1 within 1e-9 and coverage 1 every bucket has exactly one owner; a smaller coverage takes
// buckets from the end of each variant's, so that raising it moves nobody.
std::vector<BucketRange> buckets_of_variants(const Experiment& experiment);

// Who is assigned, and what is known of them.
struct Context {
  // NOLINTNEXTLINE(google-explicit-constructor): most units have nothing but their id
  Context(std::string_view id, const JsonValue* known = nullptr) : unit(id), attributes(known) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Context(const std::string& id) : Context(std::string_view(id)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Context(const char* id) : Context(std::string_view(id)) {}

  std::string_view unit;  // of the configuration's kind; of other kinds the attribute that is called so has the id
  const JsonValue* attributes = nullptr;  // an object; null: nothing is known
};

// Why a unit is in a variant, or in none. Their names are answers to clients; do not change.
enum class Reason : std::uint8_t {
  split,         // the hash says so
  override_,     // "override": the configuration says so; not for analyses
  not_running,   // draft, stopped, or outside its schedule
  no_unit,       // the context has no id of the experiment's kind of unit
  targeting,     // its attributes
  prerequisite,  // it is not in the variants of another experiment that it would have to be in
  layer,         // outside the range of the layer
  coverage,      // outside the covered share
  holdout,       // held out; otherwise the hash would have it in a variant
};
std::string_view to_string(Reason reason);

// What an experiment is for a unit.
struct Decision {
  Reason reason = Reason::not_running;
  const Variant* variant = nullptr;  // where the reason is split or override
  std::string unit;                  // that was split, of the experiment's kind
  // Of Reason::holdout: the experiment that holds the unit out.
  const Experiment* holdout = nullptr;
};

// A unit is in a variant of an experiment. Both point into the configuration.
struct Assignment {
  const Experiment* experiment = nullptr;
  const Variant* variant = nullptr;
  bool overridden = false;  // Reason::override_
};

// Which variant each unit belongs to: a pure function of configuration and context (no clock, no store, no random
// number). Prepared once, so that an experiment costs some 50 ns. Immutable, hence thread-safe.
// The configuration must outlive it and stay where it is.
class Assigner {
 public:
  // `configuration` is free of faults (config::load lets no other through): its layers exist, weights sum to 1.
  explicit Assigner(const Configuration& configuration);

  // What configuration.experiments[experiment] is for a unit.
  Decision decide(std::size_t experiment, const Context& context) const;

  // Index of the variant that the hash, the layer and the coverage give `unit` in
  // configuration.experiments[experiment], whatever its status, its targeting, prerequisites, overrides and holdouts;
  // `unit` is of the experiment's kind.
  std::optional<std::size_t> variant_of(std::size_t experiment, std::string_view unit) const;

  // The experiments that a unit takes part in, in the order of the configuration; overrides, too. Of holdouts those
  // that it is held out by, or would be if it were in their control: a holdout compares who would be in an experiment.
  std::vector<Assignment> assignments(const Context& context) const { return assignments(context, all_); }
  // Of some experiments, by rising position, which are no holdouts.
  std::vector<Assignment> assignments(const Context& context, std::span<const std::size_t> experiments) const;
  // Positions of the running experiments that hold units out of this one.
  std::span<const std::size_t> holdouts_of(std::size_t experiment) const { return experiments_[experiment].holdouts; }

  // The value of parameter `name` for a unit with these assignments: that of the last of them that sets it, else the
  // shared one (shared_parameters); nullptr when nobody sets it. Allocates nothing when `name` is short.
  const Value* parameter(std::string_view name, std::span<const Assignment> assignments) const;

  // All parameters of a unit with these assignments, as `parameter` gives them.
  Values parameters(std::span<const Assignment> assignments) const;
  // All parameters of a unit: the shared ones, overridden by each assigned variant's in turn.
  Values parameters_of(const Context& context) const;

 private:
  struct Prepared {
    const Experiment* experiment = nullptr;
    const Layer* layer = nullptr;  // of the configuration; nullptr: every unit is eligible
    Fnv1a32 layer_seed;
    BucketRange layer_range;
    Fnv1a32 seed;                       // fnv1a-v2
    std::uint32_t murmur3_seed = 0;     // murmur3-mod
    std::vector<BucketRange> variants;  // fnv1a-v2 and -v1, in the order of the file
    bool own_unit = true;               // its kind of unit is the configuration's
    Condition targeting;
    struct Required {
      std::size_t experiment = 0;
      std::vector<const Variant*> variants;
    };
    std::vector<Required> prerequisites;
    std::vector<std::size_t> holdouts;  // running ones that may hold its units out
  };
  // The bucket of a layer, hashed once for all its experiments that stand side by side.
  struct LayerBucket {
    const Layer* layer = nullptr;
    std::string_view unit;
    std::uint32_t bucket = 0;
  };
  static std::uint32_t bucket_in_layer(const Prepared& prepared, std::string_view unit);
  static std::optional<std::size_t> split(const Prepared& prepared, std::string_view unit);
  // Without an allocation; `unit` lives as long as the context, or in `storage`.
  struct Found {
    Reason reason = Reason::not_running;
    const Variant* variant = nullptr;
    std::string_view unit = {};
    const Experiment* holdout = nullptr;
  };
  Found find(const Prepared& prepared, const Context& context, LayerBucket& bucket, std::string& storage) const;
  bool is_required(const Prepared& prepared, const Context& context) const;
  std::string_view unit_of(const Prepared& prepared, const Context& context, std::string& storage) const;

  const Values shared_;
  std::vector<Prepared> experiments_;  // one for each of the configuration's
  std::vector<std::size_t> all_;       // that are no holdouts
};

}  // namespace crossfade::assignment
