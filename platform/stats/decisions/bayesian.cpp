#include "platform/stats/decisions/bayesian.h"

#include <cmath>
#include <utility>

#include "platform/stats/means/effects.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

struct NormalBelief {
  double mean = 0;
  double sd = 0;
};

// The prior on the scale of the difference.
Result<NormalBelief> scaled(const NormalPrior& prior, Difference difference, double control_mean) {
  double unit = 1;
  if (prior.scale != difference) {
    if (control_mean == 0) return Undefined::zero_control_mean;
    unit = difference == Difference::absolute ? std::abs(control_mean) : 1 / std::abs(control_mean);
  }
  const NormalBelief result{prior.mean * unit, prior.sd * unit};
  if (!std::isfinite(result.mean) || !std::isfinite(result.sd) || !(result.sd > 0)) return Undefined::invalid_input;
  return result;
}

// Weights by standard deviations over their hypotenuse: squares of tiny ones underflow.
NormalBelief combine(const NormalBelief& prior, const NormalBelief& data) {
  const double both = std::hypot(prior.sd, data.sd);
  const double of_prior = prior.sd / both;
  const double of_data = data.sd / both;
  return {.mean = data.mean * of_prior * of_prior + prior.mean * of_data * of_data, .sd = prior.sd * of_data};
}

}  // namespace

Result<Bayesian> bayesian(const Moments& control, const Moments& treatment, const BayesianOptions& options) {
  if (!valid_alpha(options.alpha)) return Undefined::invalid_input;
  const Result<Effect> effect = effect_of(control, treatment, options.difference);
  if (!effect) return effect.reason();
  const NormalBelief data{effect->estimate, effect->standard_error};
  NormalBelief posterior = data;
  if (options.prior) {
    const Result<NormalBelief> prior = scaled(*options.prior, options.difference, control.mean());
    if (!prior) return prior.reason();
    posterior = combine(*prior, data);
  }
  const double z = posterior.mean / posterior.sd;
  const double half_width = normal_upper_quantile(options.alpha / 2) * posterior.sd;
  Bayesian result{.estimate = data.mean,
                  .standard_error = data.sd,
                  .posterior_mean = posterior.mean,
                  .posterior_sd = posterior.sd,
                  .chance_to_win = normal_upper_tail(options.inverse ? z : -z),
                  .expected_loss_treatment = posterior.sd * normal_expected_excess(z),
                  .expected_loss_control = posterior.sd * normal_expected_excess(-z),
                  .interval = {.lower = posterior.mean - half_width, .upper = posterior.mean + half_width}};
  if (options.inverse) std::swap(result.expected_loss_treatment, result.expected_loss_control);
  return result;
}

}  // namespace crossfade::stats
