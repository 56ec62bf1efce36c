#include "platform/stats/means/cuped_history.h"

#include <cmath>

namespace crossfade::stats {

namespace {

// Two covariates of which less than this share of one is its own are taken for the same one.
constexpr double kCollinear = 1e-12;

// The outcome beside a combination of the two covariates.
CovariateMoments combined(const MetricMoments& sample, double theta, double indicator) {
  const double mean = theta * sample.mean(1) + indicator * sample.mean(2);
  const double with_outcome = theta * sample.c2(0, 1) + indicator * sample.c2(0, 2);
  const double own = theta * theta * sample.c2(1, 1) + 2 * theta * indicator * sample.c2(1, 2) +
                     indicator * indicator * sample.c2(2, 2);
  return {sample.n(), {sample.mean(0), mean}, {{{sample.c2(0, 0), with_outcome}, {with_outcome, own < 0 ? 0 : own}}}};
}

}  // namespace

Result<HistoryCovariate> history_covariate(const MetricMoments& control, const MetricMoments& treatment) {
  MetricMoments pooled = control;
  pooled.merge(treatment);
  if (pooled.n() == 0) return Undefined::insufficient_data;
  const double x = pooled.c2(1, 1);
  const double h = pooled.c2(2, 2);
  const double xh = pooled.c2(1, 2);
  const double xy = pooled.c2(0, 1);
  const double hy = pooled.c2(0, 2);
  if (!std::isfinite(x + h + xh + xy + hy) || x < 0 || h < 0) return Undefined::invalid_input;
  double theta = 0;
  double indicator = 0;
  const double determinant = x * h - xh * xh;
  if (determinant > kCollinear * x * h) {
    theta = (xy * h - hy * xh) / determinant;
    indicator = (hy * x - xy * xh) / determinant;
  } else if (x > 0) {
    theta = xy / x;
  } else if (h > 0) {
    indicator = hy / h;
  } else {
    return Undefined::zero_variance;
  }
  return HistoryCovariate{.control = combined(control, theta, indicator),
                          .treatment = combined(treatment, theta, indicator),
                          .theta = theta,
                          .indicator = indicator};
}

}  // namespace crossfade::stats
