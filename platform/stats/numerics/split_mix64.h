#pragma once

#include <cstddef>
#include <cstdint>

namespace crossfade::stats {

// The random numbers of what resamples: the same on every platform. G. L. Steele, D. Lea, C. H. Flood:
// Fast splittable pseudorandom number generators, OOPSLA 2014.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // Of 0 .. n - 1, 0 < n < 2^32, all equally likely. D. Lemire: Fast random integer generation in an interval, ACM
  // Trans. Model. Comput. Simul. 29 (2019).
  std::size_t below(std::uint64_t n) {
    constexpr std::uint64_t kLowHalf = 0xffffffff;
    const std::uint64_t rejected = (kLowHalf + 1) % n;
    std::uint64_t product = 0;
    do {
      product = (next() >> 32) * n;
    } while ((product & kLowHalf) < rejected);
    return product >> 32;
  }

 private:
  std::uint64_t state_;
};

}  // namespace crossfade::stats
