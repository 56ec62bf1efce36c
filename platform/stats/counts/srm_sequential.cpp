#include "platform/stats/counts/srm_sequential.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

// log gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2): Stirling's remainder. A difference of log gammas as large as
// the counts' would have an absolute error of 1e-8 and more.
double stirling_remainder(double x) {
  if (x < 12) return log_gamma(x) - ((x - 0.5) * std::log(x) - x + std::log(2 * std::numbers::pi) / 2);
  const double r = 1 / (x * x);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188))))) / x;
}

// x log x - x + 1 at x = 1 + deviation, >= 0.
double divergence(double x, double deviation) {
  return std::abs(deviation) < 0.5 ? x * std::log1p(deviation) - deviation : x * std::log(x) - deviation;
}

}  // namespace

Result<SrmSequential> srm_sequential(std::span<const std::int64_t> observed, std::span<const double> weights,
                                     const SrmSequentialOptions& options) {
  const double concentration = options.concentration;
  if (observed.size() != weights.size() || !(concentration > 0)) return Undefined::invalid_input;
  double total_weight = 0;
  double n = 0;
  int variants = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (observed[i] < 0 || !(weights[i] >= 0)) return Undefined::invalid_input;
    if (weights[i] == 0) continue;
    total_weight += weights[i];
    n += static_cast<double>(observed[i]);
    ++variants;
  }
  const double posterior = concentration + n;
  if (!std::isfinite(total_weight) || !std::isfinite(posterior)) return Undefined::invalid_input;
  if (variants < 2) return Undefined::insufficient_data;

  double log_factor =
      stirling_remainder(concentration) - stirling_remainder(posterior) + std::log1p(n / concentration) / 2;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (weights[i] == 0) continue;
    const double share = weights[i] / total_weight;
    const double prior_count = concentration * share;
    if (!std::isnormal(prior_count)) return Undefined::invalid_input;
    const double count = static_cast<double>(observed[i]);
    const double expected = posterior * share;
    const double deviation = (count - n * share) / expected;
    log_factor += expected * divergence((prior_count + count) / expected, deviation);
    log_factor -= std::log1p(count / prior_count) / 2;
    log_factor += stirling_remainder(prior_count + count) - stirling_remainder(prior_count);
  }
  if (!std::isfinite(log_factor)) return Undefined::invalid_input;
  return SrmSequential{.log_bayes_factor = log_factor, .p_value = std::min(1.0, std::exp(-log_factor))};
}

}  // namespace crossfade::stats
