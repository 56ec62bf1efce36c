#pragma once

#include <optional>
#include <vector>

#include "platform/analysis/report.h"
#include "platform/stats/moments.h"

namespace crossfade::analysis {

struct CompareOptions {
  double confidence_level = 0.95;
  LiftInterval lift = LiftInterval::fieller;
  Direction direction = Direction::none;
  bool always_valid = false;  // whether it is asked for
  std::optional<double> guardrail_margin = std::nullopt;
};

// Treatment against control: Welch for the effect, the chosen interval of the lift, and what a decision needs.
// Everything but `variant` and what the correction for multiple testing sets: adjusted_p_value is p_value.
Comparison compare(const stats::Moments& control, const stats::Moments& treatment, const CompareOptions& options);

// n, mean and standard deviation; all but `variant`.
VariantSummary summarise(const stats::Moments& moments);

// Corrects p-values within the families that statistics are read in: Holm over the primary metric's treatments (its
// always-valid p-values are a family of their own), Benjamini-Hochberg over all secondary metrics x treatments. Sets
// adjusted_p_value, significant and `adjustment`; guardrails and other metrics are left as they are ("none").
void adjust(std::vector<MetricReport>& metrics, double confidence_level);

}  // namespace crossfade::analysis
