#pragma once

#include <optional>
#include <vector>

#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/stats/moments/moments.h"

namespace crossfade::analysis {

struct CompareOptions {
  double confidence_level = 0.95;
  LiftInterval lift = LiftInterval::fieller;
  Direction direction = Direction::none;
  bool always_valid = false;                   // whether it is asked for
  double n_star = 5000;                        // units in both variants where it is to be narrowest
  std::optional<double> bound = std::nullopt;  // of this look of a group sequential test
  std::optional<double> guardrail_margin = std::nullopt;
  // Of the plan: decisions keep to it, whatever level is shown. None: 1 - confidence_level, and no `planned` in the
  // result.
  std::optional<double> plan_alpha = std::nullopt;
  bool bayesian = false;
  LiftPrior prior = {};  // of the Bayesian view
  std::optional<double> target_mde = std::nullopt;
  double power = 0.8;  // for what is detectable
};

// Treatment against control: Welch for the effect, the chosen interval of the lift, and what a decision needs.
// Everything but `variant` and what the correction for multiple testing sets: adjusted_p_value is p_value.
Comparison compare(const Sample& control, const Sample& treatment, const CompareOptions& options);
// Without history.
Comparison compare(const stats::Moments& control, const stats::Moments& treatment, const CompareOptions& options);

// n, mean and standard deviation; all but `variant`.
VariantSummary summarise(const Sample& sample);

}  // namespace crossfade::analysis
