#include "platform/stats/looks/group_sequential_estimate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/score_process.h"
#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

namespace {

bool is_stopped_test(const StoppedTest& test) {
  if (!are_information_fractions(test.information_fractions)) return false;
  if (test.z_bounds.size() != test.information_fractions.size()) return false;
  return std::ranges::all_of(test.z_bounds, [](double bound) { return bound > 0; }) && std::isfinite(test.estimate) &&
         test.standard_error > 0 && std::isfinite(test.standard_error);
}

// How often an experiment ends further up than this one.
class Ordering {
 public:
  Ordering(const StoppedTest& test, double z) {
    Density density = at_start();
    double previous_t = 0;
    for (std::size_t k = 0; k < test.information_fractions.size(); ++k) {
      const double t = test.information_fractions[k];
      const double root_t = std::sqrt(t);
      const bool last = k + 1 == test.information_fractions.size();
      const double end = std::min(test.z_bounds[k], kFar) * root_t;
      stages_.push_back({.before = density, .previous_t = previous_t, .t = t, .above = last ? z * root_t : end});
      if (last) break;
      const double sd = std::sqrt(t - previous_t);
      density = after_step(density, sd, end, std::min(sd, std::sqrt(test.information_fractions[k + 1] - t)));
      previous_t = t;
    }
  }

  double chance_further_up(double drift) const {
    double sum = 0;
    for (const Stage& stage : stages_) {
      sum += chance_above(stage.before, stage.previous_t, stage.t, stage.above, drift);
    }
    return sum;
  }

  // The drift at which that chance is so much; none where there is no such number.
  std::optional<double> drift_for(double chance, double guess) const {
    const auto lacking = [&](double drift) { return chance_further_up(drift) - chance; };
    constexpr double kFurthest = 1e6;
    double step = 1 / std::sqrt(stages_.front().t);
    double low = guess - step;
    while (lacking(low) >= 0) {
      if (step > kFurthest) return std::nullopt;
      step *= 2;
      low -= step;
    }
    return growing_root(lacking, low, step, guess + kFurthest);
  }

 private:
  struct Stage {
    Density before;
    double previous_t = 0;
    double t = 0;
    double above = 0;  // on the scale of the score
  };
  std::vector<Stage> stages_;
};

}  // namespace

Result<GroupSequentialEstimate> group_sequential_estimate(const StoppedTest& test, double alpha) {
  if (!is_stopped_test(test) || !valid_alpha(alpha)) return Undefined::invalid_input;
  const double z = test.estimate / test.standard_error;
  if (!std::isfinite(z)) return Undefined::invalid_input;
  // The outcome is mirrored so that tails are those far out: a chance near 1 would have no digits.
  const double side = z < 0 ? -1 : 1;
  const Ordering ordering(test, side * z);
  const double root_t = std::sqrt(test.information_fractions.back());
  const double guess = side * z / root_t;
  const auto middle = ordering.drift_for(0.5, guess);
  const auto lower = ordering.drift_for(alpha / 2, guess);
  const auto upper = ordering.drift_for(1 - alpha / 2, guess);
  if (!middle || !lower || !upper) return Undefined::invalid_input;
  const double unit = side * test.standard_error * root_t;  // the effect of a drift of 1
  return GroupSequentialEstimate{
      .estimate = *middle * unit,
      .interval = {.lower = std::min(*lower * unit, *upper * unit), .upper = std::max(*lower * unit, *upper * unit)},
      .p_value = std::min(1.0, 2 * ordering.chance_further_up(0))};
}

}  // namespace crossfade::stats
