#include "platform/stats/ratios/ratio.h"

#include <cmath>

#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

Result<Moments> ratio_moments(const RatioMoments& sample) {
  if (!valid(sample)) return Undefined::invalid_input;
  if (sample.n() == 0) return Undefined::insufficient_data;
  const double denominator = sample.mean(1);
  if (denominator == 0) return Undefined::zero_denominator;
  const double ratio = sample.mean(0) / denominator;
  if (!std::isfinite(ratio)) return Undefined::invalid_input;
  const auto variance = variance_of(sample, {1 / denominator, -ratio / denominator});
  if (!variance) return Undefined::invalid_input;
  return Moments(sample.n(), ratio, *variance * static_cast<double>(sample.n() - 1));
}

}  // namespace crossfade::stats
