#include "platform/stats/looks/minimum_size.h"

#include <algorithm>
#include <cmath>

namespace crossfade::stats {

MinimumSize minimum_size(const Moments& control, const Moments& treatment, const MinimumSizeOptions& options) {
  return {.reached = std::min(control.n(), treatment.n()) >= options.units, .needed = options.units};
}

MinimumSize minimum_size_of_shares(const Moments& control, const Moments& treatment,
                                   const MinimumSizeOptions& options) {
  Moments all = control;
  all.merge(treatment);
  const double rarer = std::min(all.mean(), 1 - all.mean());
  if (!(rarer > 0)) return {};
  const double needed = std::max(static_cast<double>(options.units), std::ceil(options.events / rarer));
  if (needed > 9e15) return {};  // more than a count can tell
  const double smaller = static_cast<double>(std::min(control.n(), treatment.n()));
  return {.reached = smaller >= needed, .needed = static_cast<std::int64_t>(needed)};
}

}  // namespace crossfade::stats
