#pragma once

#include <boost/random/normal_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "platform/core/random.h"

// What the simulations of this directory have in common: draws, and rates with the error that they have themselves.
namespace crossfade::stats::test {

inline double normal(Random& random) {
  return boost::random::normal_distribution<double>()(random);
}

// How often something happened.
struct Rate {
  int happened = 0;
  int rounds = 0;

  void add(bool this_time) {
    happened += this_time ? 1 : 0;
    ++rounds;
  }
  double share() const { return static_cast<double>(happened) / rounds; }
  // Of a rate that is expected.
  double error(double expected) const { return std::sqrt(expected * (1 - expected) / rounds); }
};

// Shown by the tests that measure: docs/statistics.md quotes it.
inline void show(std::string_view name, const Rate& rate) {
  std::printf("%-72.*s %5.2f +- %.2f %%\n", static_cast<int>(name.size()), name.data(), 100 * rate.share(),
              100 * rate.error(rate.share()));
}

}  // namespace crossfade::stats::test
