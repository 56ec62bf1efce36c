#pragma once

#include <cstdint>

// The only door to Boost.Math's distributions: no function throws, probabilities lie in [0, 1], and tails are computed
// directly (complements), so that they keep their digits down to 1e-300.
// An argument outside a function's domain is a programmer's error (assert).
namespace crossfade::stats {

// P(Z > z).
double normal_upper_tail(double z);
// The z with P(Z > z) = p, 0 < p < 1.
double normal_upper_quantile(double p);
// E[max(Z - z, 0)], without the cancellation of density - z x tail far out.
double normal_expected_excess(double z);

// P(T > t) with `dof` > 0 degrees of freedom, not necessarily a whole number.
double student_t_upper_tail(double t, double dof);
// The t with P(T > t) = p, 0 < p < 1.
double student_t_upper_quantile(double p, double dof);
// The z that is as far out as t: both have the same tail. For boundaries that are those of a normal statistic. Infinite
// degrees of freedom leave t as it is; beyond |z| = 37 the tail is no double, and 37 is answered.
double z_of_t(double t, double dof);
// P(T > t) of the noncentral t, dof >= 1, `shift` (its noncentrality) finite. To 1e-15 absolutely: tails below that
// have no digits.
double noncentral_t_upper_tail(double t, double dof, double shift);

// P(X > x), x >= 0, dof > 0.
double chi_squared_upper_tail(double x, double dof);

// P(X <= successes) of `trials` tosses of a fair coin, 0 <= successes <= trials, trials > 0.
double fair_coin_lower_tail(std::int64_t successes, std::int64_t trials);

// log of the gamma function, x > 0. Not std::lgamma: that writes a global.
double log_gamma(double x);

}  // namespace crossfade::stats
