#pragma once

#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct RelativeDesign {
  double control_mean = 0;
  double sd = 1;  // of a unit, the same in both variants
  double n_per_variant = 0;
  double alpha = 0.05;
};

// The smallest lift above 0 that a two-sided test of the relative difference (delta method, normal) finds with
// `target_power`, rejections on the wrong side not counted. The error grows with the lift itself, so that too small an
// experiment finds no lift however large: not_attainable for n <= (k sd / control mean)^2, where k = z(1 - alpha / 2) +
// z(power), and where k is not above 0. A. Deng, U. Knoblich, J. Lu: Applying the delta method in metric analytics, KDD
// 2018. insufficient_data: no units; zero_variance: sd is 0; zero_control_mean; invalid_input: something below 0 or not
// finite, alpha or the target outside (0, 1).
Result<double> mde_relative_delta(const RelativeDesign& design, double target_power);

}  // namespace crossfade::stats
