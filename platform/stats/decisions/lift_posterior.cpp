#include "platform/stats/decisions/lift_posterior.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>

#include "platform/stats/numerics/all_finite.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/log_density.h"

namespace crossfade::stats {

namespace {

// A prior on the lift beside the two means that the lift is of.
class Model {
 public:
  Model(const VariantEstimate& control, const VariantEstimate& treatment, double prior_mean, double prior_sd)
      : control_(control), treatment_(treatment), prior_mean_(prior_mean), prior_sd_(prior_sd) {}

  double log_prior(double lift) const {
    const double z = (lift - prior_mean_) / prior_sd_;
    return -z * z / 2;
  }
  double log_likelihood(double lift) const {
    const double z = gap(lift);
    return -std::log(spread(lift)) - z * z / 2;
  }
  // T - (1 + d) C in its standard errors, under a lift of d.
  double gap(double lift) const { return (treatment_.value - ratio(lift) * control_.value) / spread(lift); }
  // How far one can go before either changes much.
  double scale(double lift) const {
    return std::min(prior_sd_, spread(lift) / std::hypot(control_.value, std::sqrt(control_.variance)));
  }
  // The lift that fits worst. With a precise treatment hardly anything lies near it, but on either side.
  double valley() const {
    const double worst = -treatment_.variance * control_.value / (control_.variance * treatment_.value);
    const double lift = control_.value > 0 ? worst - 1 : 1 - worst;
    return std::isfinite(lift) ? lift : -kInfinity;
  }
  double seen() const { return (treatment_.value - control_.value) / std::abs(control_.value); }
  // Where prior and data meet.
  double between() const {
    const double error = spread(seen()) / std::abs(control_.value);
    const double of_prior = prior_sd_ / std::hypot(prior_sd_, error);
    return prior_mean_ + of_prior * of_prior * (seen() - prior_mean_);
  }

 private:
  double ratio(double lift) const { return control_.value > 0 ? 1 + lift : 1 - lift; }
  double spread(double lift) const {
    return std::hypot(std::sqrt(treatment_.variance), ratio(lift) * std::sqrt(control_.variance));
  }

  VariantEstimate control_;
  VariantEstimate treatment_;
  double prior_mean_;
  double prior_sd_;
};

// The chance of a treatment's mean further out than the one seen, on the side that is nearer.
double conflict(const Model& model, double prior_mean, double prior_sd) {
  const auto one_side = [&](double side) {
    const DensityIntegral integral(
        [&](double lift) { return model.log_prior(lift) + std::log(normal_upper_tail(side * model.gap(lift))); },
        [&](double lift) { return model.scale(lift); }, model.valley(), {model.seen(), prior_mean, model.between()},
        45);
    if (!integral.found()) return 0.0;
    const double sum = integral.integral([](double) { return 1.0; }, -kInfinity, kInfinity);
    return sum * std::exp(integral.log_peak()) / prior_sd * (std::numbers::inv_sqrtpi / std::numbers::sqrt2);
  };
  // The two add up to 1: the smaller one is told by itself.
  const double likely = model.gap(prior_mean) > 0 ? 1 : -1;
  const double first = one_side(likely);
  return std::min(1.0, 2 * (first < 0.5 ? first : one_side(-likely)));
}

}  // namespace

Result<LiftPosterior> lift_posterior(const VariantEstimate& control, const VariantEstimate& treatment,
                                     double prior_mean, double prior_sd, double alpha) {
  const Model model(control, treatment, prior_mean, prior_sd);
  if (!all_finite({model.seen(), model.between(), model.scale(model.seen())})) return Undefined::invalid_input;
  const DensityIntegral density([&](double lift) { return model.log_prior(lift) + model.log_likelihood(lift); },
                                [&](double lift) { return model.scale(lift); }, model.valley(),
                                {model.between(), model.seen(), prior_mean});
  if (!density.found()) return Undefined::invalid_input;

  const double peak = density.peak();
  const auto of = [&](const auto& factor, double from, double to) { return density.integral(factor, from, to); };
  const auto one = [](double) { return 1.0; };
  const double below = of(one, -kInfinity, 0);
  const double above = of(one, 0, kInfinity);
  const double all = below + above;
  const double from_peak = of([&](double x) { return x - peak; }, -kInfinity, kInfinity) / all;
  const double squared = of([&](double x) { return (x - peak) * (x - peak); }, -kInfinity, kInfinity) / all;
  const LiftPosterior result{
      .mean = peak + from_peak,
      .sd = std::sqrt(squared - from_peak * from_peak),
      .chance_below = below / all,
      .chance_above = above / all,
      .expected_fall = of([](double x) { return -x; }, -kInfinity, 0) / all,
      .expected_rise = of([](double x) { return x; }, 0, kInfinity) / all,
      .interval = {.lower = density.quantile(alpha / 2 * all), .upper = density.quantile((1 - alpha / 2) * all)},
      .prior_conflict = conflict(model, prior_mean, prior_sd)};
  if (!all_finite({result.mean, result.sd, result.chance_below, result.expected_fall, result.expected_rise,
                   result.interval.lower, result.interval.upper, result.prior_conflict})) {
    return Undefined::invalid_input;
  }
  return result;
}

}  // namespace crossfade::stats
