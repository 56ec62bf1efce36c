#pragma once

#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// What is believed of the effect before the experiment.
struct NormalPrior {
  double mean = 0;
  double sd = 0.05;                         // > 0
  Difference scale = Difference::relative;  // in shares of |control mean|, or in the metric's unit
};

struct BayesianOptions {
  std::optional<NormalPrior> prior = NormalPrior{};  // none: flat, which is over-confident
  Difference difference = Difference::relative;
  bool inverse = false;  // the smaller the better
  double alpha = 0.05;   // the interval holds 1 - alpha
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
};

// Normal likelihood of the effect with a normal prior; a prior on the other scale than the difference is brought to it
// by |control mean|. A. Gelman et al.: Bayesian Data Analysis, 3rd edition (2013), section 2.5. Chances and losses keep
// their digits far in the tails. Welch's reasons; zero_control_mean: for a relative difference, or a prior on the other
// scale; invalid_input: alpha outside (0, 1), a prior's sd not above 0.
Result<Bayesian> bayesian(const Moments& control, const Moments& treatment, const BayesianOptions& options = {});

}  // namespace crossfade::stats
