#pragma once

#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <cstdint>

#include "platform/core/random.h"

namespace crossfade::calibration {

// How the values of units are spread, from what tests are made for to what they meet.
enum class Shape : std::uint8_t {
  normal,
  lognormal,   // sigma 2: a thousandth of the units has a seventh of the sum
  pareto,      // exponent 2.1: hardly a variance
  bots,        // one unit in a hundred is a hundred times as active
  conversion,  // one unit in a hundred has a 1, the others 0
};

constexpr const char* to_string(Shape shape) {
  switch (shape) {
    case Shape::normal:
      return "normal";
    case Shape::lognormal:
      return "lognormal";
    case Shape::pareto:
      return "Pareto";
    case Shape::bots:
      return "1 % bots";
    case Shape::conversion:
      return "1 % conversion";
  }
  return "";
}

// One unit's.
inline double value(Random& random, Shape shape) {
  const auto normal = [&random] { return boost::random::normal_distribution<double>()(random); };
  const auto above_0 = [&random] { return 1 - random.uniform(); };  // in (0, 1]
  switch (shape) {
    case Shape::normal:
      return 5 + normal();
    case Shape::lognormal:
      return std::exp(2 * normal());
    case Shape::pareto:
      return std::pow(above_0(), -1 / 2.1);
    case Shape::bots:
      return (random.uniform() < 0.01 ? 100 : 1) * -std::log(above_0());
    case Shape::conversion:
      return random.uniform() < 0.01 ? 1 : 0;
  }
  return 0;
}

}  // namespace crossfade::calibration
