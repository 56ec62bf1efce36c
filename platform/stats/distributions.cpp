#include "platform/stats/distributions.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <limits>

namespace crossfade::stats {

namespace {

namespace policies = boost::math::policies;

// Boost's default throws, also on underflow of a tail that is 0 for every purpose.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::rounding_error<policies::ignore_error>>;
using Normal = boost::math::normal_distribution<double, Quiet>;
using StudentT = boost::math::students_t_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;

double probability(double p) {
  assert(!std::isnan(p));
  return std::clamp(p, 0.0, 1.0);
}

// Boost answers an infinite argument with a domain error.
double tail_at_infinity(double x) {
  return x > 0 ? 0 : 1;
}

}  // namespace

double normal_upper_tail(double z) {
  assert(!std::isnan(z));
  if (std::isinf(z)) return tail_at_infinity(z);
  return probability(boost::math::cdf(boost::math::complement(Normal(), z)));
}

double normal_upper_quantile(double p) {
  assert(p > 0 && p < 1);
  return boost::math::quantile(boost::math::complement(Normal(), p));
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

double chi_squared_upper_tail(double x, double dof) {
  assert(x >= 0 && dof > 0);
  if (std::isinf(x)) return 0;
  return probability(boost::math::cdf(boost::math::complement(ChiSquared(dof), x)));
}

}  // namespace crossfade::stats
