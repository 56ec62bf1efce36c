#pragma once

#include <catch2/catch.hpp>
#include <initializer_list>

#include "platform/stats/moments/moments.h"

// The samples of the tests. Constants that the tests compare with come from references.py in this directory (mpmath,
// 50 digits, formulas of its own), or from one of its neighbours references_*.py, unless they say otherwise.
namespace crossfade::stats::test {

inline Moments sample(std::initializer_list<double> values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

// Additional hours of sleep under two drugs: Student (1908), "The probable error of a mean", Biometrika 6; R's `sleep`.
inline Moments sleep1() {
  return sample({0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0});
}
inline Moments sleep2() {
  return sample({1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});
}

// Relative tolerance.
inline Approx near(double value, double tolerance = 1e-12) {
  return Approx(value).epsilon(tolerance).margin(0).scale(0);
}

}  // namespace crossfade::stats::test
