#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "platform/stats/means/welch.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct WinsorizedOptions {
  // Default: two-sided at alpha 0.05.
  TestOptions test = {};

  // Larger values are set to this quantile, 0..1. A lower one takes out more noise, and more of an effect that sits in
  // the tail. Default: 0.99.
  double upper_quantile = 0.99;

  // Smaller values are set to this quantile, at most the upper one. Default (none): small values stay as they are.
  std::optional<double> lower_quantile = std::nullopt;
};

struct WinsorizedWelch {
  Welch welch;  // of the capped values
  double upper_cap = 0;
  std::optional<double> lower_cap = std::nullopt;
  std::int64_t n_capped = 0;  // values of both variants above the upper cap
};

// Welch's test with values beyond a quantile of both variants together set to that quantile: caps of each variant's own
// would depend on the treatment. J. W. Tukey, D. H. McLaughlin, Sankhya A 25 (1963). The caps are linear_quantile's.
// Reasons as Welch's; invalid_input also for values that are not finite and for impossible quantiles.
Result<WinsorizedWelch> winsorized_welch(std::span<const double> control, std::span<const double> treatment,
                                         const WinsorizedOptions& options = {});

}  // namespace crossfade::stats
