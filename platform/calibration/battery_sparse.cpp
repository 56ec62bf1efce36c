#include <fmt/format.h>

#include <boost/random/binomial_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "platform/calibration/battery.h"
#include "platform/calibration/rate.h"
#include "platform/calibration/shapes.h"
#include "platform/stats/counts/proportion.h"
#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/means/contrast.h"
#include "platform/stats/means/permutation.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/quantiles/quantile_raw.h"
#include "platform/stats/ratios/ratio.h"
#include "platform/stats/ratios/ratio_jackknife.h"

// Single looks at what the textbook's formulas are not made for: few events, small variants, skew, ties, units without
// a denominator. There is no effect in any of them.
namespace crossfade::calibration {

namespace {

using namespace stats;

// Of samples that are drawn unit by unit.
constexpr int kSamples = 2'000;

// What says that there is an effect, of 2 % of 450 units against 2 % of 50.
struct Significant {
  bool by_p = false;
  bool by_score_interval = false;
  bool by_own_variances = false;  // Fieller's interval of the lift; without a success in the treatment it is -100 %
  bool contradicts = false;       // p and the score intervals
};

bool excludes(const Bounds& bounds, double value) {
  return !covers(bounds, value);
}

Significant significant(const Trials& control, const Trials& treatment) {
  const auto test = proportion(control, treatment);
  Significant found{.by_p = test->p_value && *test->p_value < 0.05,
                    .by_score_interval = excludes(test->score_ratio, 1)};
  found.contradicts = found.by_p != found.by_score_interval || found.by_p != excludes(test->score_difference, 0);
  const auto lift = relative_lift_fieller(*proportion_moments(control), *proportion_moments(treatment));
  found.by_own_variances = lift && excludes(lift->interval, 0);
  return found;
}

// The share of samples of which `which` is true. There are few different counts, and score intervals take their time.
double share_of_proportions(bool Significant::* which) {
  Random random({450, 50});
  boost::random::binomial_distribution<int> in_control(450, 0.02);
  boost::random::binomial_distribution<int> in_treatment(50, 0.02);
  std::map<std::pair<int, int>, Significant> known;
  Rate rate;
  for (int round = 0; round < kRounds; ++round) {
    const int control = in_control(random);
    const int treatment = in_treatment(random);
    auto found = known.find({control, treatment});
    if (found == known.end()) {
      const Significant answer = significant({.n = 450, .successes = control}, {.n = 50, .successes = treatment});
      found = known.emplace(std::pair(control, treatment), answer).first;
    }
    rate.add(found->second.*which);
  }
  return rate.share();
}

// How often `p` of 450 values against 50 is at most 5 %.
template <class P>
double share_of_samples(Shape shape, P p) {
  Rate rate;
  for (std::uint64_t round = 0; round < kSamples; ++round) {
    Random random({15, round});
    std::vector<double> control(450);
    std::vector<double> treatment(50);
    for (double& one : control) one = value(random, shape);
    for (double& one : treatment) one = value(random, shape);
    rate.add(p(control, treatment, round) <= 0.05);
  }
  return rate.share();
}

double dealt_p(const std::vector<double>& control, const std::vector<double>& treatment, std::uint64_t round) {
  return permutation(control, treatment, {.replicates = 399, .seed = round})->p_value;
}

double welch_p(const std::vector<double>& control, const std::vector<double>& treatment, std::uint64_t) {
  Moments c;
  Moments t;
  for (const double one : control) c.add(one);
  for (const double one : treatment) t.add(one);
  return welch_t(c, t)->p_value;
}

int poisson(Random& random, double mean) {
  return boost::random::poisson_distribution<int>(mean)(random);
}

// How often the interval of the p90 of counts misses, 500 units a variant: counts between 0 and some 20, half of them
// of the three most frequent values.
double quantile_misses(const QuantileOptions& how) {
  Random random({90});
  const auto counts = [&random] {
    std::vector<std::vector<double>> users;
    for (int user = 0; user < 500; ++user) {
      const double taste = boost::random::normal_distribution<double>()(random);
      users.push_back({static_cast<double>(poisson(random, 3 * std::exp(taste / 2)))});
    }
    return users;
  };
  Rate missed;
  for (int round = 0; round < kSamples; ++round) {
    const auto control = counts();
    const auto found = quantile_raw(control, counts(), 0.9, {}, how);
    if (found) missed.add(excludes(found->interval, 0));  // of order statistics there may be no error at all
  }
  return missed.share();
}

// 200 units, of whom one in twenty has a denominator, as clicks by searches where few search.
struct SparseVariant {
  std::vector<RatioGroup> units;
  RatioMoments moments;
};

SparseVariant sparse(Random& random) {
  SparseVariant variant;
  for (int unit = 0; unit < 200; ++unit) {
    const int denominator = random.uniform() < 0.05 ? 1 + poisson(random, 3) : 0;
    const double rate = 0.3 * random.uniform();
    int numerator = 0;
    for (int i = 0; i < denominator; ++i) numerator += random.uniform() < rate ? 1 : 0;
    variant.units.push_back({static_cast<double>(denominator), Moments(1, numerator, 0)});
    variant.moments.add({static_cast<double>(numerator), static_cast<double>(denominator)});
  }
  return variant;
}

template <class Method>
double ratio_rejects(Method method) {
  Random random({95});
  Rate rejected;
  for (int round = 0; round < kExperiments; ++round) {
    const auto control = method(sparse(random));
    const auto treatment = method(sparse(random));
    if (!control || !treatment) continue;
    if (const auto test = welch_t(*control, *treatment)) rejected.add(test->p_value < 0.05);
  }
  return rejected.share();
}

// How often five looks, four units a variant each, reach the boundaries.
template <class Z>
double small_looks_reject(Z z) {
  std::vector<double> fractions;
  for (int look = 1; look <= 5; ++look) fractions.push_back(look / 5.0);
  const auto plan = group_sequential(fractions);
  Random random({20});
  Rate rejected;
  for (int round = 0; round < kRounds; ++round) {
    Moments control;
    Moments treatment;
    bool crossed = false;
    for (const double bound : plan->z_bounds) {
      for (int unit = 0; unit < 4; ++unit) {
        control.add(value(random, Shape::normal));
        treatment.add(value(random, Shape::normal));
      }
      crossed = crossed || std::abs(z(*contrast(control, treatment))) >= bound;
    }
    rejected.add(crossed);
  }
  return rejected.share();
}

double t_of(const Contrast& difference) {
  return difference.estimate / difference.standard_error;
}

void add_proportions(std::vector<Check>& checks) {
  // Exact, by the sum over all pairs of counts: 3.93 % of the pooled z test, whose dual the intervals are.
  checks.push_back(share_check("proportions, 450/50 at 2 %: false positives", 0.0393, kRounds,
                               [] { return share_of_proportions(&Significant::by_score_interval); }));
  checks.push_back({.name = "proportions, 450/50 at 2 %: p and score intervals contradict", .upper = 0, .measure = [] {
                      return share_of_proportions(&Significant::contradicts);
                    }});
  checks.push_back(
      {.name = "proportions, 450/50 at 2 %: Fieller's interval of the lift misses",  // 36 % have no success in 50
       .lower = 0.10,
       .negative_control = true,
       .measure = [] { return share_of_proportions(&Significant::by_own_variances); }});
}

void add_skewed(std::vector<Check>& checks) {
  for (const Shape shape : {Shape::lognormal, Shape::pareto, Shape::bots}) {
    checks.push_back(share_check(fmt::format("permutation, 450/50, {}: false positives", to_string(shape)), 0.05,
                                 kSamples, [shape] { return share_of_samples(shape, dealt_p); }));
  }
  checks.push_back({.name = "Welch's test, 450/50, lognormal: false positives",
                    .lower = 0.05 + band(0.05, kSamples),
                    .negative_control = true,
                    .measure = [] { return share_of_samples(Shape::lognormal, welch_p); }});
}

void add_ties(std::vector<Check>& checks) {
  checks.push_back(share_check("p90 of counts, by the mid-distribution: false positives", 0.05, kSamples,
                               [] { return quantile_misses({.ties = Ties::mid, .clamp = false}); }));
  checks.push_back({.name = "p90 of counts, by order statistics: false positives",
                    .lower = 0.10,
                    .negative_control = true,
                    .measure = [] { return quantile_misses({}); }});
}

void add_ratios(std::vector<Check>& checks) {
  // Ten units a variant have a denominator: Kish's degrees of freedom are careful there.
  checks.push_back(
      {.name = "ratio, 95 % without denominator, jackknife: false positives",
       .lower = 0.02,
       .upper = 0.05 + band(0.05, kExperiments),
       .measure = [] { return ratio_rejects([](const SparseVariant& one) { return ratio_jackknife(one.units); }); }});
  checks.push_back(
      {.name = "ratio, 95 % without denominator, delta method: false positives",
       .lower = 0.05 + band(0.05, kExperiments),
       .negative_control = true,
       .measure = [] { return ratio_rejects([](const SparseVariant& one) { return ratio_moments(one.moments); }); }});
}

void add_small_looks(std::vector<Check>& checks) {
  checks.push_back(share_check("group sequential, 5 looks up to 20 units: false positives", 0.05, kRounds, [] {
    return small_looks_reject([](const Contrast& difference) { return z_of_t(t_of(difference), difference.dof); });
  }));
  checks.push_back({.name = "the same with t against the bounds of z: false positives",
                    .lower = 0.05 + band(0.05, kRounds),
                    .negative_control = true,
                    .measure = [] { return small_looks_reject(t_of); }});
}

}  // namespace

std::vector<Check> sparse_checks() {
  std::vector<Check> checks;
  add_proportions(checks);
  add_skewed(checks);
  add_ties(checks);
  add_ratios(checks);
  add_small_looks(checks);
  return checks;
}

}  // namespace crossfade::calibration
