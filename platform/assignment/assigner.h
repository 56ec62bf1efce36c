#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

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

// What each variant owns under `fnv1a-v2`: [c, c + coverage x weight), where c is the sum of the weights before it,
// added up in doubles in the order of the file, as GrowthBook's getBucketRanges does it. A bound that is off by a
// rounding error (0.1 + 0.2 = 0.30000000000000004) gives bucket 3 000 to the second variant here as there. With
// weights that sum to 1 within 1e-9 and coverage 1 every bucket has exactly one owner; a smaller coverage takes
// buckets from the end of each variant's, so that raising it moves nobody.
std::vector<BucketRange> buckets_of_variants(const Experiment& experiment);

// A unit is in a variant of an experiment. Both point into the configuration.
struct Assignment {
  const Experiment* experiment = nullptr;
  const Variant* variant = nullptr;
};

// Which variant each unit belongs to: a pure function of configuration and unit (no clock, no store, no random number).
// Prepared once, so that an experiment costs some 50 ns and allocates nothing. Immutable, hence thread-safe.
// The configuration must outlive it and stay where it is.
class Assigner {
 public:
  // `configuration` is free of faults (config::load lets no other through): its layers exist, weights sum to 1.
  explicit Assigner(const Configuration& configuration);

  // Index of the variant of configuration.experiments[experiment] that `unit` belongs to, whatever the experiment's
  // status; nothing when the unit is outside its layer range or its coverage.
  std::optional<std::size_t> variant_of(std::size_t experiment, std::string_view unit) const;

  // The running experiments that `unit` takes part in, in the order of the configuration.
  std::vector<Assignment> assignments(std::string_view unit) const;

  // The value of parameter `name` for a unit with these assignments: that of the last of them that sets it, else the
  // shared one (shared_parameters); nullptr when nobody sets it. Allocates nothing when `name` is short.
  const Value* parameter(std::string_view name, std::span<const Assignment> assignments) const;

  // All parameters of `unit`: the shared ones, overridden by each assigned variant's in turn.
  Values parameters_of(std::string_view unit) const;

 private:
  struct Prepared {
    const Experiment* experiment = nullptr;
    const Layer* layer = nullptr;  // of the configuration; nullptr: every unit is eligible
    Fnv1a32 layer_seed;
    BucketRange layer_range;
    Fnv1a32 seed;                       // fnv1a-v2
    std::uint32_t murmur3_seed = 0;     // murmur3-mod
    std::vector<BucketRange> variants;  // fnv1a-v2, in the order of the file
  };
  // The variant of a unit that the layer lets through.
  static std::optional<std::size_t> split(const Prepared& prepared, std::string_view unit);

  const Values shared_;
  std::vector<Prepared> experiments_;  // one for each of the configuration's
};

}  // namespace crossfade::assignment
