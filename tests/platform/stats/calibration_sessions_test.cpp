#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "platform/core/random.h"
#include "platform/stats/cuped_mean.h"
#include "platform/stats/ratio.h"
#include "platform/stats/welch.h"
#include "tests/platform/stats/calibration.h"

// Do the error rates hold on data like ours: users are randomised, sessions are measured, and the sessions of one user
// resemble each other? Raw sessions, skewed, with more of them for those who listen longer. The bands are
// calibration.h's: 3.6 .. 6.4 % over 4 000 experiments.
using namespace crossfade;
using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr int kUsers = 200;  // a variant

struct Variant {
  CovariateMoments means;  // of users: mean session time, and the same before the experiment
  RatioMoments totals;     // of users: listening time, sessions
  Moments sessions;        // of sessions, as if they were randomised
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

// The share of A/A experiments in which `p_value` of the two variants is below 5 %.
template <class PValue>
double false_positives(PValue p_value) {
  int significant = 0;
  for (std::uint64_t experiment = 0; experiment < kExperiments; ++experiment) {
    Random random({13, experiment});
    const Variant control = simulate(random);
    const Variant treatment = simulate(random);
    significant += p_value(control, treatment) < 0.05;
  }
  return share(significant, kExperiments);
}

}  // namespace

TEST_CASE("calibration: means of users, whose sessions are alike", "[stats][calibration]") {
  CHECK(false_positives([](const Variant& control, const Variant& treatment) {
          return welch_t(control.means.marginal(0), treatment.means.marginal(0))->p_value;
        }) == Approx(0.05).margin(band(0.05, kExperiments)));
}

TEST_CASE("calibration: ratio of listening time to sessions", "[stats][calibration]") {
  CHECK(false_positives([](const Variant& control, const Variant& treatment) {
          return welch_t(*ratio_moments(control.totals), *ratio_moments(treatment.totals))->p_value;
        }) == Approx(0.05).margin(band(0.05, kExperiments)));
}

TEST_CASE("calibration: CUPED by the mean session before the experiment", "[stats][calibration]") {
  double variance_reduction = 0;
  const auto p_value = [&](const Variant& control, const Variant& treatment) {
    const auto adjusted = cuped_mean(control.means, treatment.means);
    variance_reduction += adjusted->variance_reduction / kExperiments;
    return adjusted->p_value;
  };
  CHECK(false_positives(p_value) == Approx(0.05).margin(band(0.05, kExperiments)));
  CHECK(variance_reduction > 0.3);  // the covariate does matter
}

TEST_CASE("calibration, negative control: sessions as if they had been randomised", "[stats][calibration]") {
  CHECK(false_positives([](const Variant& control, const Variant& treatment) {
          return welch_t(control.sessions, treatment.sessions)->p_value;
        }) > 0.10);
}
