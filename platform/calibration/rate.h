#pragma once

#include <cmath>
#include <cstdint>

namespace crossfade::calibration {

// How often something happened in repeated experiments, with the error that their number leaves.
struct Rate {
  std::int64_t count = 0;
  std::int64_t of = 0;

  constexpr void add(bool happened) {
    ++of;
    count += happened ? 1 : 0;
  }
  constexpr void add(const Rate& other) {
    count += other.count;
    of += other.of;
  }
  // 0 where nothing was repeated.
  constexpr double share() const { return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of); }
  // Monte Carlo standard error, if `rate` is the truth.
  double standard_error(double rate) const {
    return of == 0 ? 0 : std::sqrt(rate * (1 - rate) / static_cast<double>(of));
  }

  bool operator==(const Rate&) const = default;
};

// Standard errors within which a right method stays: it leaves with one seed in about 16 000, a wrong one always.
inline constexpr double kBand = 4;

}  // namespace crossfade::calibration
