#pragma once

#include <optional>
#include <vector>

#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/stats/moments/moments.h"

namespace crossfade::analysis {

struct CompareOptions {
  // Of the intervals of a single look that are shown.
  double confidence_level = 0.95;

  // Error rate of what decides, whatever is shown. None: 1 - confidence_level.
  std::optional<double> alpha = std::nullopt;

  // Levels of the two deciding intervals where several treatments share alpha (stats::holm_levels). None: alpha.
  std::optional<double> always_valid_level = std::nullopt;
  std::optional<double> planned_level = std::nullopt;

  // How the interval of the lift is computed.
  LiftInterval lift = LiftInterval::fieller;

  // Which way is better: tells which side of a guardrail's margin is bad, and who wins in the Bayesian view.
  Direction direction = Direction::none;

  // Whether to compute the interval that holds however often one looks: of primary metrics and guardrails.
  bool always_valid = false;

  // Units in both variants at which the always-valid interval is narrowest: the planned number, where there is one.
  double n_star = 5000;

  // |z| at which this look of a group sequential test rejects; none: the plan is of another kind, or there is none.
  std::optional<double> bound = std::nullopt;

  // Relative loss of a guardrail that is still acceptable; none: the metric is no guardrail.
  std::optional<double> guardrail_margin = std::nullopt;

  // Whether there is a plan, whose single look at its end is then computed.
  bool planned = false;

  // Whether what decides is compared after CUPED, where there is history; guardrails are compared without.
  bool decides_after_cuped = true;

  // Whether this is the single look at the end of a plan, which then decides guardrails too.
  bool planned_look = false;

  // Whether to compute chances and expected losses, with `prior` on the lift.
  bool bayesian = false;
  LiftPrior prior = {};
};

// Treatment against control: Welch for the effect, the chosen interval of the lift, and what a decision needs.
// Everything but `variant`, `detectable` and what the correction for multiple testing sets: adjusted_p_value is
// p_value.
Comparison compare(const Sample& control, const Sample& treatment, const CompareOptions& options);
// Without history.
Comparison compare(const stats::Moments& control, const stats::Moments& treatment, const CompareOptions& options);

// n, mean and standard deviation; all but `variant`.
VariantSummary summarise(const Sample& sample);

}  // namespace crossfade::analysis
