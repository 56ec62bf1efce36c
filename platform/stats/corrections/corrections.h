#pragma once

#include <span>
#include <vector>

#include "platform/stats/numerics/result.h"

// Corrections for multiple testing: adjusted p-values in the order of the input. Rejecting those below alpha keeps an
// error rate at alpha: the chance of any false rejection, or the expected share of false ones among the rejections. No
// p-values give none. invalid_input: one outside [0, 1]. O(n log n).
namespace crossfade::stats {

// Each p times their number. Keeps the chance of any false rejection below alpha whatever the dependence; holm does so
// too and rejects at least as much. O. J. Dunn: Multiple comparisons among means, J. Am. Statist. Association 56
// (1961).
Result<std::vector<double>> bonferroni(std::span<const double> p_values);

// 1 - (1 - p)^n, exact for independent tests. Z. Sidak: Rectangular confidence regions for the means of multivariate
// normal distributions, J. Am. Statist. Association 62 (1967).
Result<std::vector<double>> sidak(std::span<const double> p_values);

// Keeps the chance of any false rejection below alpha, whatever the dependence. S. Holm: A simple sequentially
// rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979).
Result<std::vector<double>> holm(std::span<const double> p_values);

// The level that each p-value is tested at by Holm's procedure at `alpha`: p is below it exactly where holm's adjusted
// p is below alpha. Of the smallest it is alpha / n, and none is above alpha, so that an interval of the confidence 1 -
// level covers with 1 - alpha at least, and excludes no effect exactly where Holm's procedure rejects it.
Result<std::vector<double>> holm_levels(std::span<const double> p_values, double alpha);

// Holm's steps with Sidak's bound, for independent tests. B. S. Holland, M. D. Copenhaver: An improved sequentially
// rejective Bonferroni test procedure, Biometrics 43 (1987).
Result<std::vector<double>> holm_sidak(std::span<const double> p_values);

// Holm's bounds taken from the largest p downwards, for tests that are independent or positively dependent.
// Y. Hochberg: A sharper Bonferroni procedure for multiple tests of significance, Biometrika 75 (1988).
Result<std::vector<double>> hochberg(std::span<const double> p_values);

// Of those rejected below alpha, at most a share of alpha is expected to be false, under independence or positive
// dependence. Y. Benjamini, Y. Hochberg: Controlling the false discovery rate, J. R. Statist. Soc. B 57 (1995).
Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values);

// Benjamini and Hochberg's times 1 + 1/2 + ... + 1/n, which holds whatever the dependence. Y. Benjamini, D. Yekutieli:
// The control of the false discovery rate in multiple testing under dependency, Annals of Statistics 29 (2001).
Result<std::vector<double>> benjamini_yekutieli(std::span<const double> p_values);

}  // namespace crossfade::stats
