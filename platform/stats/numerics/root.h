#pragma once

#include <cmath>
#include <optional>

namespace crossfade::stats {

// Where a function that grows from below 0 at `low` reaches 0, to the last digit; the way up is found by doubling the
// distance from `low`, beginning with `step` > 0. None where that is not below `limit`. Bisection: no derivative, no
// failure, some 60 calls.
template <class Function>
std::optional<double> growing_root(const Function& f, double low, double step, double limit) {
  double below = low;
  double above = low + step;
  while (f(above) < 0) {
    if (!(above < limit)) return std::nullopt;
    below = above;
    step *= 2;
    above = low + step;
  }
  for (;;) {
    const double middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) return above;
    (f(middle) < 0 ? below : above) = middle;
  }
}

}  // namespace crossfade::stats
