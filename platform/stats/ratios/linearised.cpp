#include "platform/stats/ratios/linearised.h"

#include <cmath>

#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

Result<Linearised> linearised(const RatioMoments& control, const RatioMoments& treatment) {
  if (!valid(control) || !valid(treatment)) return Undefined::invalid_input;
  if (control.n() == 0) return Undefined::insufficient_data;
  if (control.mean(1) == 0) return Undefined::zero_denominator;
  const double kappa = control.mean(0) / control.mean(1);
  if (!std::isfinite(kappa)) return Undefined::invalid_input;
  const auto of_control = variance_of(control, {1, -kappa});
  const auto of_treatment = variance_of(treatment, {1, -kappa});
  if (!of_control || !of_treatment) return Undefined::invalid_input;
  const auto sample = [](std::int64_t n, double mean, double variance) {
    return n == 0 ? Moments() : Moments(n, mean, variance * static_cast<double>(n - 1));
  };
  return Linearised{.kappa = kappa,
                    .control = sample(control.n(), 0, *of_control),
                    .treatment = sample(treatment.n(), treatment.mean(0) - kappa * treatment.mean(1), *of_treatment)};
}

}  // namespace crossfade::stats
