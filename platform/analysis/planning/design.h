#pragma once

#include <optional>
#include <span>
#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/sample.h"
#include "platform/core/configuration.h"
#include "platform/core/metric.h"
#include "platform/stats/numerics/result.h"

// What an experiment's size follows from, and the one function of it: `crossfade plan`, the planned units of a report
// and the effects that it calls detectable are all by stats::PlannedTest of the same Design, so that they agree.
namespace crossfade::analysis {

// Looks of a group sequential plan that does not say how many it will take.
inline constexpr int kUsualLooks = 14;

struct Design {
  // The metric in the control, over the units that have a value. Of a ratio the linearised unit, of a quantile what
  // quantile_moments says.
  MetricType type = MetricType::mean;
  double mean = 0;
  double variance = 0;  // not asked of proportions and retention, where it follows from the mean

  // Share of the exposed units that have a value, in (0, 1]; of trials how many a unit has, which may be more. Default:
  // all have one.
  double measured = 1;

  // Share of the variance that CUPED takes away where it decides. Default: 0.
  double variance_reduction = 0;

  // Which effects are looked for: a share's variance is another one above than below. Default (none): larger ones.
  Direction direction = Direction::none;

  // Of the variants, the control first, each above 0; they need not sum to 1. Default: two halves.
  std::vector<double> weights = {0.5, 0.5};

  // Two-sided error rate over all treatments, each of which gets an equal part (Bonferroni: what Holm guarantees at
  // worst). Default: 0.05.
  double alpha = 0.05;

  // Chance to find the effect that is planned for. Default: 0.8.
  double power = 0.8;

  // When it is looked at. Default: once, at the end.
  SequentialMode mode = SequentialMode::fixed;
  int looks = kUsualLooks;  // of group_sequential, equally spaced

  // Units in the control and one treatment at which an always-valid interval is narrowest. Default (none): those that
  // are planned.
  std::optional<double> n_star = std::nullopt;
};

struct DesignSize {
  std::vector<double> variants;  // whole units, the control first
  double units = 0;              // in all of them together
  double inflation = 1;          // by how much more than a single look needs
};

// A single look that finds as much as a group sequential design with as many units: with it the questions below cost
// nothing to ask again and again. Other designs are what they are. Reasons as stats::group_sequential_drift's.
stats::Result<Design> as_single_look(const Design& design);

// Exposed units for which each treatment finds this lift, a share of the control's mean above 0, and so many that
// anything is called at all. The treatment that asks for most counts. Reasons as stats::planned_size's, and
// zero_control_mean.
stats::Result<DesignSize> size_for(const Design& design, double lift);
// The same for showing that a guardrail, which is no worse, loses less than a share of the control's mean: by a single
// look's one-sided test in fixed plans, always-valid in others (docs/verdicts.md); guardrails share no alpha.
stats::Result<DesignSize> size_for_margin(const Design& design, double margin);

// The smallest lift that each treatment finds when so many units are there in all variants together.
stats::Result<double> lift_found(const Design& design, double units);

// The chance that the treatment with the fewest chances finds this lift at that number.
stats::Result<double> power_at(const Design& design, double units, double lift);

// How an experiment is decided, as far as its size goes.
struct DecisionRule {
  double alpha = 0.05;
  double power = 0.8;
  SequentialMode mode = SequentialMode::always_valid;
  int looks = kUsualLooks;
  double variance_reduction = 0;  // by CUPED, where that decides
};
// `gain`: the share of the variance that CUPED takes away, which counts where the plan decides by it.
DecisionRule rule_of(const Plan& plan, double gain);

// Of a metric whose samples, the control's first, are those of the data's variants, with the weights that are
// configured. insufficient_data: the control says nothing yet, or nobody is to be compared with it.
stats::Result<Design> design_of(const ExperimentData& data, const MetricDefinition& metric,
                                std::span<const Sample> samples, const DecisionRule& rule);

}  // namespace crossfade::analysis
