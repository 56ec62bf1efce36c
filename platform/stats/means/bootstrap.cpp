#include "platform/stats/means/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "platform/stats/means/contrast.h"
#include "platform/stats/moments/linear_quantile.h"
#include "platform/stats/numerics/all_finite.h"
#include "platform/stats/numerics/linear_form.h"
#include "platform/stats/numerics/split_mix64.h"

namespace crossfade::stats {

namespace {

// One variant; its values as distances from their mean, so that a large offset costs a replicate no digits.
class Resampled {
 public:
  explicit Resampled(std::span<const double> values) : distances_(values.begin(), values.end()) {
    for (const double value : values) moments_.add(value);
    for (double& distance : distances_) distance -= moments_.mean();
  }

  const Moments& moments() const { return moments_; }
  // Mean of a replicate - mean of the data.
  double shift(SplitMix64& random) const {
    double sum = 0;
    for (std::size_t i = 0; i < distances_.size(); ++i) sum += distances_[random.below(distances_.size())];
    return sum / static_cast<double>(distances_.size());
  }

 private:
  Moments moments_;
  std::vector<double> distances_;
};

Bounds percentiles(const std::vector<double>& replicates, const TestOptions& options) {
  switch (options.alternative) {
    case Alternative::greater:
      return {linear_quantile(replicates, options.alpha), kInfinity};
    case Alternative::less:
      return {-kInfinity, linear_quantile(replicates, 1 - options.alpha)};
    case Alternative::two_sided:
      break;
  }
  return {linear_quantile(replicates, options.alpha / 2), linear_quantile(replicates, 1 - options.alpha / 2)};
}

bool can_be_resampled(std::span<const double> values) {
  return values.size() <= std::numeric_limits<std::uint32_t>::max() && all_finite(values);
}

}  // namespace

Result<Bootstrap> bootstrap(std::span<const double> control, std::span<const double> treatment,
                            const BootstrapOptions& options) {
  if (!can_be_resampled(control) || !can_be_resampled(treatment)) return Undefined::invalid_input;
  if (!valid_alpha(options.test.alpha) || options.replicates < 1) return Undefined::invalid_input;
  const Resampled c(control);
  const Resampled t(treatment);
  const Result<Contrast> difference = contrast(c.moments(), t.moments());
  if (!difference) return difference.reason();
  const bool relative = options.statistic == Difference::relative;
  const double control_mean = c.moments().mean();
  if (relative && control_mean == 0) return Undefined::zero_control_mean;

  SplitMix64 random(options.seed);
  std::vector<double> replicates(static_cast<std::size_t>(options.replicates));
  for (double& replicate : replicates) {
    const double control_shift = c.shift(random);
    replicate = difference->estimate + (t.shift(random) - control_shift);
    if (!relative) continue;
    const double drawn_mean = std::abs(control_mean + control_shift);
    if (drawn_mean <= kRounding * std::abs(control_mean)) return Undefined::zero_control_mean;  // only zeros drawn
    replicate /= drawn_mean;
    if (!std::isfinite(replicate)) return Undefined::invalid_input;
  }
  return Bootstrap{.estimate = relative ? difference->estimate / std::abs(control_mean) : difference->estimate,
                   .interval = percentiles(replicates, options.test)};
}

}  // namespace crossfade::stats
