#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace crossfade {

// SplitMix64's finaliser: a bijection of 64 bits in which every input bit reaches every output bit.
// G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// 64-bit FNV-1a, for texts that take part in the key of a random stream.
constexpr std::uint64_t key_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

// One counter-based random stream: the n-th number is a function of (key, n) alone, so a stream made from
// (seed, listener, session) gives the same numbers on any thread and in any order of sessions.
// A UniformRandomBitGenerator: Boost.Random's distributions, whose results do not depend on the standard library, take
// it.
class Random {
 public:
  using result_type = std::uint64_t;

  // Streams of different keys are independent; the order of the numbers in a key matters.
  explicit constexpr Random(std::initializer_list<std::uint64_t> key) {
    for (const std::uint64_t part : key) counter_ = mix64(counter_ + kStep + mix64(part + kStep));
  }

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  constexpr result_type operator()() { return mix64(counter_ += kStep); }

  // Uniform in [0, 1), a multiple of 2^-53.
  constexpr double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  // Uniform in 0 .. n-1; n > 0. By the high half of a 64 x 64 product (Lemire 2019) without rejection: the bias is
  // below n / 2^64.
  constexpr std::uint64_t below(std::uint64_t n) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>((*this)()) * n) >> 64);
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
  std::uint64_t counter_ = 0;
};

}  // namespace crossfade
