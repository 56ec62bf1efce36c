#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "platform/calibration/battery.h"
#include "platform/calibration/draws.h"
#include "platform/calibration/rate.h"
#include "platform/stats/corrections/corrections.h"
#include "platform/stats/decisions/non_inferiority.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/relative_lift_naive.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/planning/power.h"

namespace crossfade::calibration {

namespace {

using namespace stats;

// The share of A/A tests of 40 against 25 units, whose spreads differ, of which `happens` is true.
template <class Happens>
double share_of_welch_tests(Happens happens) {
  Random random({2});
  Rate rate;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 40, 3, 1);
    rate.add(happens(*welch_t(control, draw(random, 25, 3, 4))));
  }
  return rate.share();
}

// How often a nominal 95 % interval of the lift covers it, at a control mean of 25 standard errors.
template <class Method>
double coverage_at(double lift, Method method) {
  Random random({1, static_cast<std::uint64_t>(lift * 100)});
  Rate covered;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 500, 10, 9);
    const Moments treatment = draw(random, 500, 10 * (1 + lift), 9 * (1 + lift));
    covered.add(covers(method(control, treatment), lift));
  }
  return covered.share();
}

Bounds fieller(const Moments& control, const Moments& treatment) {
  return relative_lift_fieller(control, treatment)->interval;
}

Bounds naive(const Moments& control, const Moments& treatment) {
  return relative_lift_naive(control, treatment)->interval;
}

// How often Welch's test finds an effect of `effect` standard deviations with the users planned for a power of 80 %.
double power_as_planned(double effect, double ratio, std::uint64_t seed) {
  const auto plan = sample_size({.sd = 2, .ratio = ratio}, 2 * effect, 0.8);
  Random random({seed});
  Rate found;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, static_cast<std::int64_t>(plan->n_control_ceil), 7, 2);
    const Moments treatment = draw(random, static_cast<std::int64_t>(plan->n_treatment_ceil), 7 + 2 * effect, 2);
    found.add(welch_t(control, treatment)->p_value < 0.05);
  }
  return found.share();
}

double passed_at_the_margin() {
  Random random({3});
  Rate passed;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 300, 10, 5);
    passed.add(non_inferiority(control, draw(random, 400, 9, 6), {.margin = 0.1})->non_inferior);
  }
  return passed.share();
}

// How often three treatments without effect yield one p-value below 5 %, once adjusted.
template <class Adjust>
double family_errors(Adjust adjust) {
  Random random({4});
  Rate families;
  for (int round = 0; round < kRounds; ++round) {
    const Moments control = draw(random, 200, 3, 1);
    std::vector<double> p(3);
    for (double& value : p) value = welch_t(control, draw(random, 200, 3, 1))->p_value;
    families.add(std::ranges::min(adjust(p)) < 0.05);
  }
  return families.share();
}

void add_welch(std::vector<Check>& checks) {
  checks.push_back(share_check("Welch's test: false positives", 0.05, kRounds, [] {
    return share_of_welch_tests([](const Welch& test) { return test.p_value < 0.05; });
  }));
  checks.push_back(share_check("of them above 0", 0.025, kRounds, [] {
    return share_of_welch_tests([](const Welch& test) { return test.p_value < 0.05 && test.estimate > 0; });
  }));
  checks.push_back(share_check("of them below 0", 0.025, kRounds, [] {
    return share_of_welch_tests([](const Welch& test) { return test.p_value < 0.05 && test.estimate < 0; });
  }));
  checks.push_back(share_check("coverage of its interval", 0.95, kRounds, [] {
    return share_of_welch_tests([](const Welch& test) { return covers(test.interval, 0); });
  }));
}

void add_lifts(std::vector<Check>& checks) {
  for (const double lift : {0.0, 0.3, 1.0}) {
    checks.push_back(share_check(fmt::format("Fieller's lift interval: coverage at +{:.0f} %", 100 * lift), 0.95,
                                 kRounds, [lift] { return coverage_at(lift, fieller); }));
  }
  checks.push_back(share_check("naive lift interval: coverage at +0 %", 0.95, kRounds,
                               [] { return coverage_at(0, naive); }));  // right only where there is no effect
  checks.push_back({.name = "naive lift interval: coverage at +30 %",
                    .upper = 0.95 - band(0.95, kRounds),
                    .negative_control = true,
                    .measure = [] { return coverage_at(0.3, naive); }});
  checks.push_back(
      {.name = "naive lift interval: coverage at +100 %", .upper = 0.90, .negative_control = true, .measure = [] {
         return coverage_at(1, naive);
       }});
}

}  // namespace

std::vector<Check> mean_checks() {
  std::vector<Check> checks;
  add_welch(checks);
  add_lifts(checks);
  // Rounding the users up adds less than 0.1 points at these effects.
  checks.push_back(
      share_check("power at the planned sample size", 0.8, kRounds, [] { return power_as_planned(0.1, 1, 8); }));
  checks.push_back(share_check("the same with a quarter of the users in the treatment", 0.8, kRounds,
                               [] { return power_as_planned(0.15, 0.25, 9); }));
  checks.push_back(share_check("non-inferiority: passed at the margin", 0.05, kRounds, passed_at_the_margin));
  // Not hardly any, either: the three tests share their control, so that a little less is spent.
  checks.push_back({.name = "Holm: families of three with an error",
                    .lower = 0.03,
                    .upper = 0.05 + band(0.05, kRounds),
                    .measure = [] { return family_errors([](const std::vector<double>& p) { return *holm(p); }); }});
  checks.push_back({.name = "families without Holm",  // some 12 %
                    .lower = 0.10,
                    .negative_control = true,
                    .measure = [] { return family_errors([](const std::vector<double>& p) { return p; }); }});
  return checks;
}

}  // namespace crossfade::calibration
