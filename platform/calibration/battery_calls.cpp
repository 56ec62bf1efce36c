#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/random/binomial_distribution.hpp>

#include "platform/calibration/battery.h"
#include "platform/calibration/rate.h"
#include "platform/calibration/shapes.h"
#include "platform/stats/decisions/guardrail.h"
#include "platform/stats/decisions/non_inferiority.h"
#include "platform/stats/looks/minimum_size.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/looks/sequential_lift.h"

// What is called at some look of an experiment that somebody looks at every day for four weeks: with unequal variants,
// rare events and heavy tails, where a small variant has not seen one of the rare large values yet.
namespace crossfade::calibration {

namespace {

using namespace stats;

constexpr int kFourWeeks = 28;

// Units are drawn one by one: 28 000 of an experiment, 56 000 of conversions.
constexpr int kFewExperiments = 500;

struct Split {
  const char* name = "";
  int control = 0;  // units a day
  int treatment = 0;
};
constexpr Split kSmallTreatment{.name = "90/10", .control = 900, .treatment = 100};
constexpr Split kSmallControl{.name = "10/90", .control = 100, .treatment = 900};
constexpr Split kHalves{.name = "50/50", .control = 500, .treatment = 500};

struct Experiment {
  Shape shape = Shape::normal;
  Split split = kHalves;
  double ratio = 1;  // treatment mean / control mean, in truth
};

// Conversions are twice as many units, drawn at once.
Moments day(Random& random, Shape shape, int n, double ratio) {
  if (shape == Shape::conversion) {
    const int units = 2 * n;
    const double events = boost::random::binomial_distribution<int>(units, 0.01 * ratio)(random);
    return {units, events / units, events * (1 - events / units)};
  }
  Moments moments;
  for (int unit = 0; unit < n; ++unit) moments.add(ratio * value(random, shape));
  return moments;
}

bool large_enough(Shape shape, const Moments& control, const Moments& treatment) {
  return shape == Shape::conversion ? minimum_size_of_shares(control, treatment).reached
                                    : minimum_size(control, treatment).reached;
}

// What one look says.
struct Call {
  bool low = false;   // the treatment's mean is too low
  bool high = false;  // or high enough
};

// The shares of experiments in which some look says so.
struct Calls {
  Rate low;
  Rate high;

  double most() const { return std::max(low.share(), high.share()); }
};

template <class Look>
Calls calls(const Experiment& experiment, Look look) {
  Calls result;
  for (std::uint64_t round = 0; round < kFewExperiments; ++round) {
    Random random({28, round});
    Moments control;
    Moments treatment;
    Call ever;
    for (int today = 0; today < kFourWeeks; ++today) {
      control.merge(day(random, experiment.shape, experiment.split.control, 1));
      treatment.merge(day(random, experiment.shape, experiment.split.treatment, experiment.ratio));
      const Call call = look(control, treatment);
      ever = {.low = ever.low || call.low, .high = ever.high || call.high};
    }
    result.low.add(ever.low);
    result.high.add(ever.high);
  }
  return result;
}

Call beyond_0(const Bounds& interval) {
  return {.low = interval.upper < 0, .high = interval.lower > 0};
}

// As decisions use it.
Calls always_valid_calls(const Experiment& experiment) {
  return calls(experiment, [shape = experiment.shape](const Moments& control, const Moments& treatment) {
    if (!large_enough(shape, control, treatment)) return Call{};
    const auto sequence = sequential(control, treatment, {.variance = DifferenceVariance::conservative});
    return sequence ? beyond_0(sequence->interval) : Call{};
  });
}

// Each variant's own variance, from the first units on.
Calls unpooled(const Experiment& experiment) {
  return calls(experiment, [](const Moments& control, const Moments& treatment) {
    const auto sequence = sequential(control, treatment);
    return sequence ? beyond_0(sequence->interval) : Call{};
  });
}

// The share of experiments with a look at which effect and lift disagree on whether there is one.
double contradictions(const Experiment& experiment) {
  return calls(experiment,
               [](const Moments& control, const Moments& treatment) {
                 const auto sequence = sequential(control, treatment, {.variance = DifferenceVariance::conservative});
                 if (!sequence) return Call{};
                 const auto lift = conservative_lift(control, treatment, sequence->multiplier);
                 if (!lift || lift->type != FiellerType::bounded) return Call{};
                 const Call effect = beyond_0(sequence->interval);
                 const Call relative = beyond_0(lift->interval);
                 return Call{.low = effect.low != relative.low, .high = effect.high != relative.high};
               })
      .most();
}

constexpr double kMargin = 0.2;

// With a loss as large as the margin: of conversions a higher share is a loss (crashes), of the others a lower mean.
Experiment at_the_margin(Shape shape, const Split& split) {
  return {.shape = shape, .split = split, .ratio = shape == Shape::conversion ? 1 + kMargin : 1 - kMargin};
}

// low: harmed; high: not inferior.
Calls guarded(const Experiment& experiment) {
  return calls(experiment, [shape = experiment.shape](const Moments& control, const Moments& treatment) {
    if (!large_enough(shape, control, treatment)) return Call{};
    const auto answer =
        guardrail(control, treatment, {.margin = kMargin, .higher_is_better = shape != Shape::conversion});
    return answer ? Call{.low = answer->harm.always_valid, .high = answer->non_inferiority.always_valid} : Call{};
  });
}

// The test of a single look, at every look.
Calls guarded_by_single_looks(const Experiment& experiment) {
  return calls(experiment, [](const Moments& control, const Moments& treatment) {
    const auto answer = non_inferiority(control, treatment, {.margin = kMargin});
    return Call{.high = answer && answer->non_inferior};
  });
}

// 3 of 2 000 units crash, against 200 of 2 000: p = 1e-45.
Moments crashes(double events) {
  return {2000, events / 2000, events * (1 - events / 2000)};
}

double rare_harm_is_found() {
  const auto answer = guardrail(crashes(3), crashes(200), {.margin = kMargin, .higher_is_better = false});
  return answer && answer->harm.always_valid ? 1 : 0;
}

// A lift by the control's mean, which cannot be told from 0, has no bounds.
double rare_harm_is_found_by_lift() {
  const auto lift = relative_lift_fieller(crashes(3), crashes(200));
  return lift && lift->type == FiellerType::bounded && lift->interval.lower > kMargin ? 1 : 0;
}

void add_always_valid(std::vector<Check>& checks) {
  for (const Split& split : {kSmallTreatment, kSmallControl}) {
    for (const Shape shape : {Shape::conversion, Shape::lognormal, Shape::pareto, Shape::bots}) {
      checks.push_back(
          {.name = fmt::format("always-valid, 28 days, {}, {}: called", split.name, to_string(shape)),
           .upper = 0.05,
           .measure = [shape, split] { return always_valid_calls({.shape = shape, .split = split}).most(); }});
    }
  }
  checks.push_back(
      {.name = "the same by unpooled variances, 90/10, 1 % conversion: called",  // 18.7 % by a thousand others
       .lower = 0.10,
       .negative_control = true,
       .measure = [] { return unpooled({.shape = Shape::conversion, .split = kSmallTreatment}).most(); }});
  // Not uselessly wide: a single look at the end has z = 6.8.
  checks.push_back(
      {.name = "2 % conversion instead of 1 %, 90/10: called better", .lower = 0.95, .measure = [] {
         return always_valid_calls({.shape = Shape::conversion, .split = kSmallTreatment, .ratio = 2}).high.share();
       }});
  checks.push_back({.name = "always-valid, 10/90: effect and lift contradict", .upper = 0, .measure = [] {
                      return contradictions({.shape = Shape::conversion, .split = kSmallControl, .ratio = 1.3});
                    }});
}

void add_guardrails(std::vector<Check>& checks) {
  for (const Split& split : {kHalves, kSmallTreatment, kSmallControl}) {
    for (const Shape shape : {Shape::conversion, Shape::lognormal}) {
      checks.push_back({.name = fmt::format("guardrail at its margin, {}, {}: wrong", split.name, to_string(shape)),
                        .upper = 0.05,
                        .measure = [shape, split] { return guarded(at_the_margin(shape, split)).most(); }});
    }
  }
  checks.push_back({.name = "the same by a test of 5 % every day, 50/50, normal: passed",
                    .lower = 0.10,
                    .negative_control = true,
                    .measure = [] { return guarded_by_single_looks(at_the_margin(Shape::normal, kHalves)).most(); }});
  checks.push_back({.name = "guardrail without a loss, 90/10, normal: passed", .lower = 0.95, .measure = [] {
                      return guarded({.shape = Shape::normal, .split = kSmallTreatment}).high.share();
                    }});
  checks.push_back(
      {.name = "200 crashes instead of 3, of 2 000 units: harmed", .lower = 1, .measure = rare_harm_is_found});
  checks.push_back({.name = "the same by a bounded interval of the lift",
                    .upper = 0,
                    .negative_control = true,
                    .measure = rare_harm_is_found_by_lift});
}

}  // namespace

std::vector<Check> call_checks() {
  std::vector<Check> checks;
  add_always_valid(checks);
  add_guardrails(checks);
  return checks;
}

}  // namespace crossfade::calibration
