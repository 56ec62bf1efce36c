#pragma once

#include <optional>
#include <vector>

#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/stats/moments/moments.h"

namespace crossfade::analysis {

struct CompareOptions {
  // Of the intervals of a single look.
  double confidence_level = 0.95;

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

  // Of the plan: decisions keep to it, whatever level is shown. None: decisions are at 1 - confidence_level, and the
  // result has no `planned`.
  std::optional<double> plan_alpha = std::nullopt;

  // Whether to compute chances and expected losses, with `prior` on the lift.
  bool bayesian = false;
  LiftPrior prior = {};

  // Relative effect that the plan or the metric is after; none: what is detectable has no target.
  std::optional<double> target_mde = std::nullopt;

  // Chance to find an effect of the size that is called detectable.
  double power = 0.8;
};

// Treatment against control: Welch for the effect, the chosen interval of the lift, and what a decision needs.
// Everything but `variant` and what the correction for multiple testing sets: adjusted_p_value is p_value.
Comparison compare(const Sample& control, const Sample& treatment, const CompareOptions& options);
// Without history.
Comparison compare(const stats::Moments& control, const stats::Moments& treatment, const CompareOptions& options);

// n, mean and standard deviation; all but `variant`.
VariantSummary summarise(const Sample& sample);

}  // namespace crossfade::analysis
