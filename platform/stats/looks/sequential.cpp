#include "platform/stats/looks/sequential.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/means/effects.h"
#include "platform/stats/moments/pooled.h"

namespace crossfade::stats {

namespace {

// Narrows the interval at n_star; not above 0 (or NaN) where there is no such rho.
double rho_squared(const SequentialOptions& options) {
  if (options.rho) return *options.rho > 0 ? *options.rho * *options.rho : 0;
  const bool one_sided = options.test.alternative != Alternative::two_sided;
  const double log_alpha = std::log(one_sided ? 2 * options.test.alpha : options.test.alpha);
  return (-2 * log_alpha + std::log(1 - 2 * log_alpha)) / options.n_star;
}

// half width / (standard error); n = units in both variants.
double multiplier_of(double n, double rho2, const TestOptions& test) {
  const double growth = n * rho2 + 1;
  const double log_root = std::log1p(n * rho2) / 2;
  const double threshold = test.alternative == Alternative::two_sided
                               ? log_root - std::log(test.alpha)
                               : std::log1p(std::exp(log_root) / (2 * test.alpha));
  return std::sqrt(2 * growth / (n * rho2) * threshold);
}

// The mixture's likelihood ratio, inverted. In logarithms: the ratio alone overflows.
double always_valid_p(double n, double rho2, double z) {
  const double log_ratio = z * z * (n * rho2) / (2 * (n * rho2 + 1)) - std::log1p(n * rho2) / 2;
  return std::min(1.0, std::exp(-log_ratio));
}

Result<Effect> effect_with(DifferenceVariance variance, const Moments& control, const Moments& treatment,
                           Difference difference) {
  const Result<Effect> own = effect_of(control, treatment, difference);
  if (variance == DifferenceVariance::unpooled || (!own && own.reason() != Undefined::zero_variance)) return own;
  const Pooled<Moments> both = pooled(control, treatment);
  const Result<Effect> of_pooled = effect_of(both.control, both.treatment, difference);
  return own && of_pooled && own->standard_error > of_pooled->standard_error ? own : of_pooled;
}

}  // namespace

Result<double> sequential_multiplier(double n, const SequentialOptions& options) {
  if (!valid_alpha(options.test.alpha) || !(n > 0) || !std::isfinite(n)) return Undefined::invalid_input;
  const double rho2 = rho_squared(options);
  if (!(rho2 > 0) || !std::isfinite(rho2)) return Undefined::invalid_input;
  return multiplier_of(n, rho2, options.test);
}

Result<double> sequential_p_value(double n, double z, const SequentialOptions& options) {
  const Result<double> multiplier = sequential_multiplier(n, options);
  if (!multiplier || std::isnan(z)) return Undefined::invalid_input;
  return always_valid_p(n, rho_squared(options), z);
}

Result<Sequential> sequential(const Moments& control, const Moments& treatment, const SequentialOptions& options) {
  const TestOptions& test = options.test;
  if (!valid_alpha(test.alpha)) return Undefined::invalid_input;
  const double rho2 = rho_squared(options);
  if (!(rho2 > 0) || !std::isfinite(rho2)) return Undefined::invalid_input;
  const Result<Effect> effect = effect_with(options.variance, control, treatment, options.difference);
  if (!effect) return effect.reason();

  const double n = static_cast<double>(control.n()) + static_cast<double>(treatment.n());
  Sequential result{.estimate = effect->estimate,
                    .standard_error = effect->standard_error,
                    .rho = std::sqrt(rho2),
                    .multiplier = multiplier_of(n, rho2, test)};
  const double half_width = result.multiplier * result.standard_error;
  result.interval = {.lower = result.estimate - half_width, .upper = result.estimate + half_width};
  if (test.alternative == Alternative::two_sided) {
    result.p_value = always_valid_p(n, rho2, result.estimate / result.standard_error);
  } else if (test.alternative == Alternative::greater) {
    result.interval.upper = kInfinity;
  } else {
    result.interval.lower = -kInfinity;
  }
  return result;
}

}  // namespace crossfade::stats
