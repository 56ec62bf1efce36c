#include <cmath>
#include <vector>

#include "platform/calibration/battery.h"
#include "platform/calibration/draws.h"
#include "platform/calibration/rate.h"
#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/contrast.h"
#include "platform/stats/planning/power.h"

namespace crossfade::calibration {

namespace {

using namespace stats;

constexpr double kPlain = 1.959963984540054;

// Fourteen daily looks at equal shares of the sample.
constexpr int kDays = 14;
constexpr std::int64_t kUsersADay = 200;  // a variant: by then t is z

std::vector<double> obrien_fleming() {
  std::vector<double> fractions;
  for (int day = 1; day <= kDays; ++day) fractions.push_back(static_cast<double>(day) / kDays);
  return group_sequential(fractions)->z_bounds;
}

std::vector<double> plain() {
  return std::vector<double>(kDays, kPlain);
}

std::vector<double> single_look() {
  std::vector<double> bounds(kDays, kInfinity);
  bounds.back() = kPlain;
  return bounds;
}

struct Stops {
  double rejected = 0;  // share of the experiments
  double length = 0;    // of all, the mean share of the sample that was used
};

// Experiments that end on the first day on which |z| reaches the day's bound.
Stops run_daily(const std::vector<double>& z_bounds, double effect, std::uint64_t seed) {
  Random random({seed});
  Rate rejected;
  int days = 0;
  for (int round = 0; round < kRounds; ++round) {
    Moments control;
    Moments treatment;
    bool crossed = false;
    for (std::size_t day = 0; day < z_bounds.size() && !crossed; ++day, ++days) {
      control.merge(draw(random, kUsersADay, 5, 1));
      treatment.merge(draw(random, kUsersADay, 5 + effect, 1));
      const auto difference = contrast(control, treatment);
      crossed = std::abs(difference->estimate) >= z_bounds[day] * difference->standard_error;
    }
    rejected.add(crossed);
  }
  return {rejected.share(), static_cast<double>(days) / kDays / kRounds};
}

// With the sample at which one look has 79.9 % power.
double planned_effect() {
  return *mde({}, kDays * kUsersADay, 0.799);
}

constexpr int kLooks = 261;

// One unit at a time is a draw of its own: a chi-square with 0 degrees of freedom is 0.
void grow(Moments& variant, Random& random, std::int64_t n) {
  const std::int64_t more = n - variant.n();
  if (more > 1) variant.merge(draw(random, more, 5, 1));
  if (more == 1) variant.add(boost::random::normal_distribution<double>(5, 1)(random));
}

// The share of A/A experiments of 20 .. 10 000 units that ever exclude 0, looked at in logarithmic steps.
template <class Interval>
double ever_significant(Interval interval) {
  Rate crossed;
  for (std::uint64_t experiment = 0; experiment < kExperiments; ++experiment) {
    Random random({5, experiment});  // a stream each: the data must not depend on where another one ended
    Moments control;
    Moments treatment;
    bool excluded = false;
    for (int look = 0; look < kLooks && !excluded; ++look) {
      const auto n = static_cast<std::int64_t>(std::lround(10 * std::pow(500.0, look / (kLooks - 1.0))));
      grow(control, random, n);
      grow(treatment, random, n);
      excluded = !covers(interval(control, treatment), 0);
    }
    crossed.add(excluded);
  }
  return crossed.share();
}

Bounds always_valid(const Moments& control, const Moments& treatment) {
  return sequential(control, treatment, {.n_star = 5000})->interval;
}

// Half width 7 standard errors at the planned end.
Bounds far_too_wide(const Moments& control, const Moments& treatment) {
  return sequential(control, treatment, {.test = {.alpha = 1e-9}})->interval;
}

Bounds infinite(const Moments&, const Moments&) {
  return {-kInfinity, kInfinity};
}

Bounds plain_interval(const Moments& control, const Moments& treatment) {
  const auto difference = contrast(control, treatment);
  const double half_width = kPlain * difference->standard_error;
  return {difference->estimate - half_width, difference->estimate + half_width};
}

// What an always-valid method has to keep: the guarantee, and a use. Hardly any crossing is a uselessly wide interval.
constexpr double kFewest = 0.015;
constexpr double kMost = 0.05;

void add_daily(std::vector<Check>& checks) {
  checks.push_back(share_check("group sequential, 14 looks: false positives", 0.05, kRounds,
                               [] { return run_daily(obrien_fleming(), 0, 10).rejected; }));
  // Exact values, by the same recursion in numpy over 2 001 nodes a look: power 78.23 %; on average it stops at 76.42 %
  // of the sample, with a standard deviation of 20.00 %. Of 14 plain tests 21.96 % find something once.
  checks.push_back(share_check("its power", 0.7823, kRounds,
                               [] { return run_daily(obrien_fleming(), planned_effect(), 11).rejected; }));
  checks.push_back(share_check("power of a single look at the end", 0.799, kRounds,
                               [] { return run_daily(single_look(), planned_effect(), 11).rejected; }));
  const double margin = kBand * 0.2 / std::sqrt(kRounds);
  checks.push_back({.name = "share of the sample at which it stops",
                    .lower = 0.7642 - margin,
                    .upper = 0.7642 + margin,
                    .measure = [] { return run_daily(obrien_fleming(), planned_effect(), 11).length; }});
  checks.push_back({.name = "14 daily peeks with a plain t-test: false positives",
                    .lower = 0.2196 - band(0.2196, kRounds),
                    .upper = 0.2196 + band(0.2196, kRounds),
                    .negative_control = true,
                    .measure = [] { return run_daily(plain(), 0, 10).rejected; }});
}

}  // namespace

std::vector<Check> look_checks() {
  std::vector<Check> checks;
  add_daily(checks);
  checks.push_back(
      {.name = "always-valid, 261 looks: false positives", .lower = kFewest, .upper = kMost, .measure = [] {
         return ever_significant(always_valid);
       }});
  checks.push_back({.name = "its multiplier at N*",
                    .lower = 3.0352 - 1e-4,
                    .upper = 3.0352 + 1e-4,
                    .is_share = false,
                    .measure = [] { return *sequential_multiplier(5000, {.n_star = 5000}); }});
  checks.push_back({.name = "an infinitely wide interval: false positives",
                    .upper = kFewest,
                    .negative_control = true,
                    .measure = [] { return ever_significant(infinite); }});
  checks.push_back(
      {.name = "a far too wide interval: false positives", .upper = kFewest, .negative_control = true, .measure = [] {
         return ever_significant(far_too_wide);
       }});
  checks.push_back({.name = "261 peeks with a plain t-test: false positives",
                    .lower = 0.15,
                    .negative_control = true,
                    .measure = [] { return ever_significant(plain_interval); }});
  return checks;
}

}  // namespace crossfade::calibration
