#pragma once

#include <optional>
#include <span>
#include <vector>

#include "platform/stats/means/effects.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct EffectTrend {
  std::vector<std::optional<Effect>> effects;  // in the order of the input
  double slope = 0;                            // of the absolute effect, per day
  double slope_standard_error = 0;
  double statistic = 0;
  double p_value = 1;        // two-sided, normal
  double first_day_fit = 0;  // the line at the first and at the last day that have an effect
  double last_day_fit = 0;
};

// Does the effect fade or grow with the days since exposure? A line through the daily effects, weighted by their
// inverse variances; the errors are those of the effects, not of the line's residuals. `days[i]` belongs to `daily[i]`;
// the days' units are taken for independent. Reasons as effects_of two parts; insufficient_data: all on one day;
// invalid_input: sizes differ, or a day that is not finite.
Result<EffectTrend> effect_trend(std::span<const double> days, std::span<const TwoSamples> daily);

}  // namespace crossfade::stats
