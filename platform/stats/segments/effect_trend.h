#pragma once

#include <cstddef>
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

// Of one variant's estimates of its days, [i][j] those of days i and j: symmetric, the variances on the diagonal; 0
// where the days share no units.
using DayCovariances = std::vector<std::vector<double>>;

// The same line, where units come back: its error is clustered by unit. The slope is a weighted sum of the days'
// estimates, so its variance is that of the sum, whatever a unit's days have to do with one another. With one day a
// unit it is exactly the error above. K.-Y. Liang, S. L. Zeger: Longitudinal data analysis using generalized linear
// models, Biometrika 73 (1986); the weights are those of the independent line. A slope a unit would condition on who
// comes back, which the treatment may change. Reasons as above; zero_variance: the days vary together, so that the
// slope has no error; invalid_input also: matrices of another size. O(days^2).
Result<EffectTrend> effect_trend_clustered(std::span<const double> days, std::span<const TwoSamples> daily,
                                           const DayCovariances& control, const DayCovariances& treatment);

// What one unit did on one day: `day` is a position in the days.
struct DayValue {
  std::size_t day = 0;
  double value = 0;
};
using UnitDays = std::vector<DayValue>;  // of one unit, each day at most once

// The same from the units themselves. invalid_input also: a position beyond the days, a unit with two values on a day.
Result<EffectTrend> effect_trend_clustered(std::span<const double> days, std::span<const UnitDays> control,
                                           std::span<const UnitDays> treatment);

}  // namespace crossfade::stats
