#include "platform/stats/decisions/bayesian.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/stats/decisions/lift_posterior.h"
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

// As Bayesian is filled in where more is better.
Bayesian normal_posterior(const NormalBelief& data, const std::optional<NormalBelief>& prior, double alpha) {
  const NormalBelief posterior = prior ? combine(*prior, data) : data;
  const double z = posterior.mean / posterior.sd;
  const double half_width = normal_upper_quantile(alpha / 2) * posterior.sd;
  Bayesian result{.posterior_mean = posterior.mean,
                  .posterior_sd = posterior.sd,
                  .chance_to_win = normal_upper_tail(-z),
                  .expected_loss_treatment = posterior.sd * normal_expected_excess(z),
                  .expected_loss_control = posterior.sd * normal_expected_excess(-z),
                  .interval = {.lower = posterior.mean - half_width, .upper = posterior.mean + half_width}};
  if (prior) {
    const double surprise = std::abs(data.mean - prior->mean) / std::hypot(data.sd, prior->sd);
    result.prior_conflict = std::min(1.0, 2 * normal_upper_tail(surprise));
  }
  return result;
}

}  // namespace

Result<Bayesian> bayesian(const Moments& control, const Moments& treatment, const BayesianOptions& options) {
  if (!valid_alpha(options.alpha)) return Undefined::invalid_input;
  const bool fieller = options.likelihood == Likelihood::fieller;
  if (fieller && (!options.prior || options.difference == Difference::absolute)) return Undefined::invalid_input;
  const Result<Effect> effect = effect_of(control, treatment, options.difference);
  if (!effect) return effect.reason();
  const NormalBelief data{effect->estimate, effect->standard_error};
  std::optional<NormalBelief> belief;
  if (options.prior) {
    const Result<NormalBelief> prior = scaled(*options.prior, options.difference, control.mean());
    if (!prior) return prior.reason();
    belief = *prior;
  }
  Bayesian result;
  double chance_to_lose = 0;
  if (fieller) {
    const Result<LiftPosterior> posterior =
        lift_posterior(estimate_of(control), estimate_of(treatment), belief->mean, belief->sd, options.alpha);
    if (!posterior) return posterior.reason();
    result = {.posterior_mean = posterior->mean,
              .posterior_sd = posterior->sd,
              .chance_to_win = posterior->chance_above,
              .expected_loss_treatment = posterior->expected_fall,
              .expected_loss_control = posterior->expected_rise,
              .interval = posterior->interval,
              .prior_conflict = posterior->prior_conflict};
    chance_to_lose = posterior->chance_below;
  } else {
    result = normal_posterior(data, belief, options.alpha);
    chance_to_lose = normal_upper_tail(result.posterior_mean / result.posterior_sd);
  }
  result.estimate = data.mean;
  result.standard_error = data.sd;
  if (options.inverse) {
    result.chance_to_win = chance_to_lose;
    std::swap(result.expected_loss_treatment, result.expected_loss_control);
  }
  return result;
}

}  // namespace crossfade::stats
