#include "platform/stats/looks/spending.h"

#include <cassert>
#include <cmath>
#include <numbers>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

double spent(const Spending& spending, double alpha, double t) {
  assert(alpha > 0 && alpha < 1 && t > 0 && t <= 1);
  switch (spending.type) {
    case SpendingType::power:
      return alpha * std::pow(t, spending.rho);
    case SpendingType::obrien_fleming:
      return 2 * normal_upper_tail(normal_upper_quantile(alpha / 2) / std::sqrt(t));
    case SpendingType::pocock:
      return alpha * std::log1p((std::numbers::e - 1) * t);
  }
  return 0;
}

}  // namespace crossfade::stats
