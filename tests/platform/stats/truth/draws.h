#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>

// Values of units in experiments without an effect, the same on every platform.
namespace crossfade::stats::test {

enum class Shape { normal, lognormal, pareto, bots, conversion, exponential };
inline constexpr std::array kHeavy{Shape::lognormal, Shape::pareto, Shape::bots};

inline const char* to_string(Shape shape) {
  constexpr std::array kNames{"normal",   "lognormal, sigma 2", "Pareto, 2.1",
                              "1 % bots", "1 % conversion",     "exponential"};
  return kNames[static_cast<std::size_t>(shape)];
}

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_(seed) {}

  // In (0, 1).
  double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1p-53; }

  double value(Shape shape) {
    switch (shape) {
      case Shape::normal:
        return 5 + normal();
      case Shape::lognormal:
        return std::exp(2 * normal());
      case Shape::pareto:
        return std::pow(uniform(), -1 / 2.1);
      case Shape::bots:  // a hundred times as active as the others
        return (uniform() < 0.01 ? 100 : 1) * -std::log(uniform());
      case Shape::conversion:
        return uniform() < 0.01 ? 1 : 0;
      case Shape::exponential:
        return -std::log(uniform());
    }
    return 0;
  }

 private:
  // G. E. P. Box, M. E. Muller, Annals of Mathematical Statistics 29 (1958).
  double normal() {
    constexpr double kTwoPi = 6.283185307179586;
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(kTwoPi * uniform());
  }

  std::mt19937_64 random_;
};

}  // namespace crossfade::stats::test
