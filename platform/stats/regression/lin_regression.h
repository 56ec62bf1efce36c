#pragma once

#include <span>
#include <vector>

#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

namespace crossfade::stats {

// How far a unit's residual is scaled up for what the unit drew the fit towards itself (its leverage h).
enum class RobustVariance {
  hc2,  // e^2 / (1 - h): without bias where the variance is the same for all units
  hc3,  // e^2 / (1 - h)^2: nearly the jackknife; the wider one
};

struct LinRegressionOptions {
  // Default: two-sided at alpha 0.05.
  TestOptions test = {};

  // Default: HC2, which without covariates is Welch's error exactly.
  RobustVariance variance = RobustVariance::hc2;
};

struct LinRegression {
  double estimate = 0;  // of the outcome, where both variants have the mean covariates of all units
  double standard_error = 0;
  double dof = 0;  // Satterthwaite's, of the two fits
  double statistic = 0;
  double p_value = 1;
  Bounds interval = {};
  VariantEstimate control = {};  // its adjusted mean
  VariantEstimate treatment = {};
  // Outcome per covariate, in the order of the input; 0 of a covariate that does not vary.
  std::vector<double> control_slopes = {};
  std::vector<double> treatment_slopes = {};
};

// Least squares of the outcome on treatment, covariates from before the experiment, and their products, the covariates
// as distances from their means over all units. It never loses precision against the plain difference in large samples,
// whatever the truth is. W. Lin: Agnostic notes on regression adjustments to experimental data: reexamining Freedman's
// critique, Annals of Applied Statistics 7 (2013); J. G. MacKinnon, H. White, Journal of Econometrics 29 (1985). With
// one covariate it is CUPED with a theta of its own in each variant.
// A row is a unit: its outcome, then its covariates; rows of both variants are equally long. Covariates that are
// combinations of others do no harm. insufficient_data: no more units in a variant than it has coefficients, a unit
// that alone decides on one of them (leverage 1), or a covariate that does not vary in a variant but whose mean there
// is not that of all; zero_variance: no residuals; invalid_input: rows of different lengths or without an outcome,
// values that are not finite, alpha outside (0, 1). O(units x covariates^2).
Result<LinRegression> lin_regression(std::span<const std::vector<double>> control,
                                     std::span<const std::vector<double>> treatment,
                                     const LinRegressionOptions& options = {});

}  // namespace crossfade::stats
