#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <cmath>

#include "platform/calibration/battery.h"
#include "platform/calibration/rate.h"
#include "platform/core/random.h"
#include "platform/stats/means/cuped_mean.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/ratios/ratio.h"

// Data like ours: users are randomised, sessions are measured, and the sessions of one user resemble each other. Raw
// sessions, skewed, with more of them for those who listen longer.
namespace crossfade::calibration {

namespace {

constexpr int kUsers = 200;  // a variant

struct Variant {
  stats::CovariateMoments means;  // of users: mean session time, and the same before the experiment
  stats::RatioMoments totals;     // of users: listening time, sessions
  stats::Moments sessions;        // of sessions, as if they were randomised
};

// Session times are log-normal around the user's own: half of the variance of their logarithm is between users. A user
// has 1 session and on average 3 more, the more the longer they are.
Variant simulate(Random& random) {
  boost::random::normal_distribution<double> unit;
  Variant variant;
  for (int user = 0; user < kUsers; ++user) {
    const double taste = 0.5 * unit(random);
    const auto mean_session = [&](int count, bool measured) {
      double time = 0;
      for (int session = 0; session < count; ++session) {
        const double length = 10 * std::exp(taste + 0.5 * unit(random));
        if (measured) variant.sessions.add(length);
        time += length;
      }
      if (measured) variant.totals.add({time, static_cast<double>(count)});
      return time / count;
    };
    boost::random::poisson_distribution<int> further_sessions(3 * std::exp(0.4 * taste));
    const double before = mean_session(1 + further_sessions(random), false);
    variant.means.add({mean_session(1 + further_sessions(random), true), before});
  }
  return variant;
}

// The mean over A/A experiments of a number of their two variants.
template <class Number>
double mean_of(Number number) {
  double sum = 0;
  for (std::uint64_t experiment = 0; experiment < kExperiments; ++experiment) {
    Random random({13, experiment});
    const Variant control = simulate(random);
    const Variant treatment = simulate(random);
    sum += number(control, treatment);
  }
  return sum / kExperiments;
}

double means(const Variant& control, const Variant& treatment) {
  return stats::welch_t(control.means.marginal(0), treatment.means.marginal(0))->p_value < 0.05 ? 1 : 0;
}

double ratios(const Variant& control, const Variant& treatment) {
  const auto of_control = stats::ratio_moments(control.totals);
  return stats::welch_t(*of_control, *stats::ratio_moments(treatment.totals))->p_value < 0.05 ? 1 : 0;
}

double cuped(const Variant& control, const Variant& treatment) {
  return stats::cuped_mean(control.means, treatment.means)->p_value < 0.05 ? 1 : 0;
}

double variance_reduction(const Variant& control, const Variant& treatment) {
  return stats::cuped_mean(control.means, treatment.means)->variance_reduction;
}

double sessions(const Variant& control, const Variant& treatment) {
  return stats::welch_t(control.sessions, treatment.sessions)->p_value < 0.05 ? 1 : 0;
}

}  // namespace

std::vector<Check> session_checks() {
  return {
      share_check("mean session time of users: false positives", 0.05, kExperiments, [] { return mean_of(means); }),
      share_check("time / sessions: false positives", 0.05, kExperiments, [] { return mean_of(ratios); }),
      share_check("CUPED: false positives", 0.05, kExperiments, [] { return mean_of(cuped); }),
      {.name = "CUPED: variance taken away",  // the covariate does matter
       .lower = 0.3,
       .upper = 1,
       .measure = [] { return mean_of(variance_reduction); }},
      {.name = "sessions as if they were randomised: false positives",
       .lower = 0.10,
       .negative_control = true,
       .measure = [] { return mean_of(sessions); }},
  };
}

}  // namespace crossfade::calibration
