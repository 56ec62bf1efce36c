#pragma once

#include <cstdint>
#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct Trials {
  std::int64_t n = 0;
  std::int64_t successes = 0;  // 0 <= successes <= n
};

// A share of units as a mean with variance p (1 - p) - not times n / (n - 1) - for welch_t and the lifts.
// invalid_input: not 0 <= successes <= n.
Result<Moments> proportion_moments(const Trials& trials);

// The test of equal shares with one variance for both, counts that are not empty; none where there are no successes, or
// nothing else, in both variants.
std::optional<double> pooled_z(const Trials& control, const Trials& treatment);

struct Proportion {
  double estimate = 0;  // treatment share - control share
  // pooled_z's; none where it is.
  std::optional<double> statistic = std::nullopt;
  std::optional<double> p_value = std::nullopt;
  // Of the estimate, each by its own formula; one-sided alternatives leave one side infinite.
  Bounds wald = {};           // unpooled; degenerates at shares of 0 and 1
  Bounds newcombe = {};       // hybrid score without continuity correction
  Bounds agresti_caffo = {};  // one success and one failure more in each variant; may reach beyond 1
  // Of score_intervals.h: they exclude no effect, 1 and 0, exactly where p_value is below alpha. The three above do
  // not.
  Bounds score_ratio = {};  // of treatment share / control share
  Bounds score_difference = {};
};

// Two independent shares. R. G. Newcombe: Interval estimation for the difference between independent proportions,
// Statistics in Medicine 17 (1998), method 10; A. Agresti, B. Caffo: Simple and effective confidence intervals for
// proportions, American Statistician 54 (2000). insufficient_data: an empty variant; invalid_input: impossible counts,
// alpha outside (0, 1), or a one-sided one above 0.5 (score limits are no limits there).
Result<Proportion> proportion(const Trials& control, const Trials& treatment, const TestOptions& options = {});

}  // namespace crossfade::stats
