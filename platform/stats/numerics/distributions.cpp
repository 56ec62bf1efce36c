#include "platform/stats/numerics/distributions.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace crossfade::stats {

namespace {

namespace policies = boost::math::policies;

// Boost's default throws, also on underflow of a tail that is 0 for every purpose.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::rounding_error<policies::ignore_error>>;
using NormalDistribution = boost::math::normal_distribution<double, Quiet>;
using StudentT = boost::math::students_t_distribution<double, Quiet>;
using NoncentralT = boost::math::non_central_t_distribution<double, Quiet>;
using Binomial = boost::math::binomial_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;

double probability(double p) {
  assert(!std::isnan(p));
  return std::clamp(p, 0.0, 1.0);
}

// Boost answers an infinite argument with a domain error.
double tail_at_infinity(double x) {
  return x > 0 ? 0 : 1;
}

double normal_density(double z) {
  return std::exp(-z * z / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

}  // namespace

double normal_upper_tail(double z) {
  assert(!std::isnan(z));
  if (std::isinf(z)) return tail_at_infinity(z);
  return probability(boost::math::cdf(boost::math::complement(NormalDistribution(), z)));
}

double normal_upper_quantile(double p) {
  assert(p > 0 && p < 1);
  return boost::math::quantile(boost::math::complement(NormalDistribution(), p));
}

// With J_0 = P(Z > z), J_n = the integral of J_(n-1) from z on: n J_n = J_(n-2) - z J_(n-1), so that J_n / J_(n-1) is
// Laplace's continued fraction (W. Gautschi: Computational aspects of three-term recurrence relations, SIAM Review 9,
// 1967). What is asked for is J_1 = density x (J_0 / density) x (J_1 / J_0).
double normal_expected_excess(double z) {
  assert(!std::isnan(z));
  constexpr double kFar = 3;  // nearer, the plain formula loses one digit at most, and the fraction converges slowly
  if (z < kFar) return normal_density(z) - z * normal_upper_tail(z);
  if (std::isinf(z)) return 0;
  constexpr int kDepth = 60;
  double ratio = 1 / z;
  for (int n = kDepth; n >= 2; --n) ratio = 1 / (z + n * ratio);
  return normal_density(z) * ratio / (z + ratio);
}

double student_t_upper_tail(double t, double dof) {
  assert(!std::isnan(t) && dof > 0);
  if (std::isinf(t)) return tail_at_infinity(t);
  return probability(boost::math::cdf(boost::math::complement(StudentT(dof), t)));
}

double student_t_upper_quantile(double p, double dof) {
  assert(p > 0 && p < 1 && dof > 0);
  return boost::math::quantile(boost::math::complement(StudentT(dof), p));
}

double z_of_t(double t, double dof) {
  assert(!std::isnan(t) && dof > 0);
  constexpr double kSmallestTail = 6e-300;  // of z = 37
  const double tail = std::isinf(dof) ? normal_upper_tail(std::abs(t)) : student_t_upper_tail(std::abs(t), dof);
  const double z = normal_upper_quantile(std::max(tail, kSmallestTail));
  return t < 0 ? -z : z;
}

double noncentral_t_upper_tail(double t, double dof, double shift) {
  assert(std::isfinite(t) && dof >= 1 && std::isfinite(shift));
  if (shift == 0) return student_t_upper_tail(t, dof);
  // T = (Z + shift) / sqrt(X / dof). Far out Z no longer counts, as the t's that matter there have few degrees of
  // freedom; the series, whose terms are counted in an int from shift^2 / 2 on, would overflow it and throw.
  constexpr double kFar = 5e4;
  if (shift < -kFar) return 1 - noncentral_t_upper_tail(-t, dof, -shift);
  if (shift > kFar) {
    const double x = t <= 0 ? std::numeric_limits<double>::infinity() : dof * (shift / t) * (shift / t);
    return std::isinf(x) ? 1 : probability(boost::math::cdf(ChiSquared(dof), x));
  }
  return probability(boost::math::cdf(boost::math::complement(NoncentralT(dof, shift), t)));
}

double chi_squared_upper_tail(double x, double dof) {
  assert(x >= 0 && dof > 0);
  if (std::isinf(x)) return 0;
  return probability(boost::math::cdf(boost::math::complement(ChiSquared(dof), x)));
}

double fair_coin_lower_tail(std::int64_t successes, std::int64_t trials) {
  assert(successes >= 0 && successes <= trials && trials > 0);
  return probability(boost::math::cdf(Binomial(static_cast<double>(trials), 0.5), static_cast<double>(successes)));
}

double log_gamma(double x) {
  assert(x > 0);
  return boost::math::lgamma(x, Quiet());
}

}  // namespace crossfade::stats
