#pragma once

#include <optional>
#include <span>

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// What was logged, one entry a recommendation.
struct LoggedDecisions {
  std::span<const double> reward;
  std::span<const double> logging_propensity;  // that the logging policy shows what was shown; (0, 1]
  std::span<const double> target_propensity;   // that the policy to be judged would; [0, 1]
  // A model of the reward, both or neither: of what was shown, and expected under the policy to be judged.
  std::span<const double> q_logged = {};
  std::span<const double> v_target = {};
};

struct OffPolicyOptions {
  // The most that a decision weighs, above 0. Default (none): weights are taken as they are.
  std::optional<double> clip = std::nullopt;

  // The smallest effective sample that is answered; below it insufficient_data. Default: 0, everything is answered,
  // also what two of ten thousand decisions say, whose standard error is as wrong as the estimate.
  double minimum_ess = 0;
};

struct DoublyRobust {
  double dr = 0;  // right if either the propensities or the model are
  double dr_se = 0;
  double dm = 0;  // direct method: the model alone
};

struct OffPolicy {
  double ips = 0;  // inverse propensity scoring
  double ips_se = 0;
  double snips = 0;  // self-normalised
  double snips_se = 0;
  std::optional<DoublyRobust> doubly_robust = std::nullopt;  // with a model of the reward
  double ess = 0;  // effective sample size: few of n means that a few decisions make the answer
  double mean_weight =
      0;  // far from 1: propensities are wrong, or the policies hardly overlap (or weights are clipped)
  double max_weight = 0;
};

// The mean reward that another policy would have had, from decisions logged under this one, weighted by target /
// logging propensity. D. G. Horvitz, D. J. Thompson, J. Am. Statist. Association 47
// (1952); A. Swaminathan, T. Joachims: The self-normalized estimator for counterfactual learning, NIPS 2015; M. Dudik,
// J. Langford, L. Li: Doubly robust policy evaluation and learning, ICML 2011.
// The effective sample (sum w)^2 / sum w^2 is L. Kish's (Survey Sampling, 1965), for importance weights A. Owen: Monte
// Carlo theory, methods and examples (2013), section 9.3.
// insufficient_data: n < 2, or an effective sample below the minimum; no_overlap: all weights are 0;
// invalid_propensity: one outside its range, or a logging propensity so small that the weight is no number;
// invalid_input: sizes differ, half a model, clip not above 0, a minimum below 0, something that is not finite.
Result<OffPolicy> off_policy(const LoggedDecisions& logged, const OffPolicyOptions& options = {});

}  // namespace crossfade::stats
