#pragma once

#include <cstdint>
#include <string_view>

namespace crossfade::assignment {

// Number of slices that `fnv1a-v2` divides the units into; `fnv1a-v1` uses every tenth. Stored; do not change.
inline constexpr std::uint32_t kBuckets = 10'000;

// 32-bit FNV-1a over UTF-16 code units, each xored as a whole, as JavaScript's charCodeAt gives them (plain FNV-1a
// for ASCII). Can be continued: a seed is hashed once, its units from there on.
class Fnv1a32 {
 public:
  // `text` is UTF-8. Ill-formed bytes count as U+FFFD, one for each maximal subpart, as WHATWG's decoder does.
  Fnv1a32& add(std::string_view text);
  std::uint32_t value() const { return value_; }

 private:
  void add_code_unit(std::uint32_t unit) { value_ = (value_ ^ unit) * 0x01000193U; }

  std::uint32_t value_ = 0x811c9dc5U;
};

// GrowthBook's hashVersion 2 in buckets: fnv1a32(decimal(fnv1a32(seed + unit))) mod 10 000, where `seeded` has read
// the seed; its n is this divided by 10 000. Source: growthbook/growthbook, packages/sdk-js/src/util.ts.
// The texts that come out of it decide who sees what: stored, do not change.
std::uint32_t bucket_of(Fnv1a32 seeded, std::string_view unit);

// GrowthBook's hashVersion 1 in the same buckets: 10 x (fnv1a32(unit + seed) mod 1 000); its n is this divided by 10
// 000, as k / 1 000 and 10 k / 10 000 are the same double. Units of similar names get similar buckets under similar
// seeds, which is why there is a version 2. Stored; do not change.
std::uint32_t bucket_of_v1(std::string_view seed, std::string_view unit);

// MurmurHash3_x86_32 over the bytes of `text` (A. Appleby, 2011, public domain). Stored; do not change.
std::uint32_t murmur3_32(std::string_view text, std::uint32_t seed);

}  // namespace crossfade::assignment
