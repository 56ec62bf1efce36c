#include "platform/stats/counts/proportion.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/counts/score_intervals.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/normal_test.h"

namespace crossfade::stats {

namespace {

bool are_trials(const Trials& trials) {
  return trials.successes >= 0 && trials.successes <= trials.n;
}

// Counts as doubles: their products overflow integers.
struct Share {
  explicit Share(const Trials& trials, int more = 0)
      : n(static_cast<double>(trials.n) + 2 * more),
        successes(static_cast<double>(trials.successes) + more),
        failures(static_cast<double>(trials.n - trials.successes) + more) {}

  double variance() const { return successes / n * (failures / n); }

  double n;
  double successes;
  double failures;
};

// By cross-multiplication: shares that are close keep the digits of their difference.
double difference(const Share& control, const Share& treatment) {
  return (treatment.successes * control.n - control.successes * treatment.n) / control.n / treatment.n;
}

Bounds wald_interval(const Share& control, const Share& treatment, double z) {
  const double half_width = z * std::sqrt(control.variance() / control.n + treatment.variance() / treatment.n);
  const double centre = difference(control, treatment);
  return {centre - half_width, centre + half_width};
}

// How far Wilson's limits lie from the share, >= 0; at a share of 0 or 1 one is exactly 0.
struct Reach {
  double below = 0;
  double above = 0;
};
Reach wilson(const Share& share, double z) {
  const double lean = z * (share.successes - share.failures) / (2 * share.n);
  const double root = std::sqrt(share.n * share.variance() + z * z / 4);
  const double scale = z / (share.n + z * z);
  return {.below = std::max(0.0, scale * (root + lean)), .above = std::max(0.0, scale * (root - lean))};
}

Bounds newcombe_interval(const Share& control, const Share& treatment, double z) {
  const Reach of_control = wilson(control, z);
  const Reach of_treatment = wilson(treatment, z);
  const double centre = difference(control, treatment);
  return {centre - std::hypot(of_treatment.below, of_control.above),
          centre + std::hypot(of_treatment.above, of_control.below)};
}

}  // namespace

Result<Moments> proportion_moments(const Trials& trials) {
  if (!are_trials(trials)) return Undefined::invalid_input;
  if (trials.n == 0) return Moments();
  const Share share(trials);
  return Moments(trials.n, share.successes / share.n, share.variance() * (share.n - 1));
}

std::optional<double> pooled_z(const Trials& control, const Trials& treatment) {
  const Share c(control);
  const Share t(treatment);
  const double n = c.n + t.n;
  const double pooled_variance = (c.successes + t.successes) / n * ((c.failures + t.failures) / n);
  if (!(pooled_variance > 0)) return std::nullopt;
  return difference(c, t) / std::sqrt(pooled_variance * (1 / c.n + 1 / t.n));
}

Result<Proportion> proportion(const Trials& control, const Trials& treatment, const TestOptions& options) {
  const bool two_sided = options.alternative == Alternative::two_sided;
  if (!are_trials(control) || !are_trials(treatment) || !valid_alpha(options.alpha)) return Undefined::invalid_input;
  if (!two_sided && options.alpha > 0.5) return Undefined::invalid_input;
  if (control.n == 0 || treatment.n == 0) return Undefined::insufficient_data;
  const Share c(control);
  const Share t(treatment);
  const double z = normal_upper_quantile(two_sided ? options.alpha / 2 : options.alpha);
  Proportion result{
      .estimate = difference(c, t),
      .wald = one_side(wald_interval(c, t, z), options.alternative),
      .newcombe = one_side(newcombe_interval(c, t, z), options.alternative),
      .agresti_caffo = one_side(wald_interval(Share(control, 1), Share(treatment, 1), z), options.alternative),
      .score_ratio = score_ratio(control, treatment, options),
      .score_difference = score_difference(control, treatment, options)};
  result.statistic = pooled_z(control, treatment);
  if (result.statistic) result.p_value = normal_p_value(*result.statistic, options.alternative);
  return result;
}

}  // namespace crossfade::stats
