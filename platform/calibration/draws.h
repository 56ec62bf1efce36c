#pragma once

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "platform/core/random.h"
#include "platform/stats/moments/moments.h"

namespace crossfade::calibration {

// The moments of n > 1 independent normal values, drawn at once: the mean is normal, and m2 / sd^2 has a chi-square
// distribution with n - 1 degrees of freedom, independent of it (W. G. Cochran, 1934).
inline stats::Moments draw(Random& random, std::int64_t n, double mean, double sd) {
  const double degrees = static_cast<double>(n - 1);
  boost::random::normal_distribution<double> of_mean(mean, sd / std::sqrt(static_cast<double>(n)));
  boost::random::gamma_distribution<double> chi_squared(degrees / 2, 2);
  const double drawn_mean = of_mean(random);
  return {n, drawn_mean, sd * sd * chi_squared(random)};
}

}  // namespace crossfade::calibration
