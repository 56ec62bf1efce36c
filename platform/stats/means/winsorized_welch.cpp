#include "platform/stats/means/winsorized_welch.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "platform/stats/moments/linear_quantile.h"
#include "platform/stats/numerics/all_finite.h"

namespace crossfade::stats {

namespace {

bool can_be_winsorized(std::span<const double> values, const WinsorizedOptions& options) {
  const double lower = options.lower_quantile.value_or(0);
  return lower >= 0 && lower <= options.upper_quantile && options.upper_quantile <= 1 && all_finite(values);
}

}  // namespace

Result<WinsorizedWelch> winsorized_welch(std::span<const double> control, std::span<const double> treatment,
                                         const WinsorizedOptions& options) {
  std::vector<double> pooled(control.begin(), control.end());
  pooled.insert(pooled.end(), treatment.begin(), treatment.end());
  if (!can_be_winsorized(pooled, options)) return Undefined::invalid_input;
  if (pooled.empty()) return Undefined::insufficient_data;

  WinsorizedWelch result{.welch = {}, .upper_cap = linear_quantile(pooled, options.upper_quantile)};
  if (options.lower_quantile) result.lower_cap = linear_quantile(pooled, *options.lower_quantile);
  result.n_capped = std::ranges::count_if(pooled, [&](double value) { return value > result.upper_cap; });
  const auto capped = [&](std::span<const double> values) {
    Moments moments;
    for (const double value : values) {
      moments.add(std::max(std::min(value, result.upper_cap), result.lower_cap.value_or(-kInfinity)));
    }
    return moments;
  };
  const Result<Welch> welch = welch_t(capped(control), capped(treatment), options.test);
  if (!welch) return welch.reason();
  result.welch = *welch;
  return result;
}

}  // namespace crossfade::stats
