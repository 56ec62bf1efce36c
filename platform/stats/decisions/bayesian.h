#pragma once

#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// What is believed of the effect before the experiment.
struct NormalPrior {
  // The effect that is expected. Default: 0, no side is favoured.
  double mean = 0;

  // How far effects lie from it, above 0. A smaller one draws the estimate nearer to the mean. Default: 0.05.
  double sd = 0.05;

  // What both are: shares of |control mean| (relative), or in the metric's unit. Default: shares.
  Difference scale = Difference::relative;
};

enum class Likelihood {
  delta,    // normal, with the error of the effect that was seen
  fieller,  // of a lift: exact for two normal means (lift_posterior)
};

struct BayesianOptions {
  // Default: NormalPrior's. None is a flat prior, which is over-confident.
  std::optional<NormalPrior> prior = NormalPrior{};

  // Default: as a share of |control mean|.
  Difference difference = Difference::relative;

  // True: the smaller the mean, the better. Turns chances and losses round. Default: false.
  bool inverse = false;

  // Default: delta. Its error of a lift grows with the lift that was seen, and so the prior, which expects small ones,
  // believes too little of large ones: 252 against 126 conversions of 21 000 each are better with 85 %, where exact
  // binomials say 99.8 %. fieller needs a prior, and is of the relative difference alone.
  Likelihood likelihood = Likelihood::delta;

  // The credible interval holds 1 - alpha. Default: 0.05.
  double alpha = 0.05;
};

struct Bayesian {
  double estimate = 0;  // of the data alone, as welch_t's or relative_lift_delta's
  double standard_error = 0;
  double posterior_mean = 0;
  double posterior_sd = 0;
  double chance_to_win = 0.5;          // that the treatment is better
  double expected_loss_treatment = 0;  // what shipping the treatment is expected to lose, in the estimate's unit
  double expected_loss_control = 0;    // what keeping the control is expected to lose
  Bounds interval = {};                // credible, equal tails
  // How surprising the data are for who believes the prior: two-sided p of the data under it. Small: the prior is not
  // about experiments like this one, and neither are the chances above. None with a flat prior.
  std::optional<double> prior_conflict = std::nullopt;
};

// Normal likelihood of the effect with a normal prior; a prior on the other scale than the difference is brought to it
// by |control mean|. A. Gelman et al.: Bayesian Data Analysis, 3rd edition (2013), section 2.5. Chances and losses keep
// their digits far in the tails. Welch's reasons; zero_control_mean: for a relative difference, or a prior on the other
// scale; invalid_input: alpha outside (0, 1), a prior's sd not above 0, fieller without a prior or of an absolute
// difference. prior_conflict: G. E. P. Box: Sampling and Bayes' inference in scientific modelling and robustness, J. R.
// Statist. Soc. A 143 (1980).
Result<Bayesian> bayesian(const Moments& control, const Moments& treatment, const BayesianOptions& options = {});

}  // namespace crossfade::stats
