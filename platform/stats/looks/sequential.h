#pragma once

#include <cstdint>
#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// Which variance of the difference the tests that are looked at again and again use.
enum class DifferenceVariance {
  unpooled,  // Welch's, each variant's own
  // The larger of the unpooled and the pooled one. A small variant that has seen none of the rare large values has
  // hardly a variance of its own, and looks certain of its mean; with the pooled one it is not.
  conservative,
};

struct SequentialOptions {
  // Default: two-sided at alpha 0.05.
  TestOptions test = {};

  // Default: treatment - control.
  Difference difference = Difference::absolute;

  // Conservative holds with unequal shares, rare events and heavy tails, where unpooled calls up to half of the
  // experiments without an effect; it costs power where the smaller variant has the smaller variance. Default:
  // unpooled.
  DifferenceVariance variance = DifferenceVariance::unpooled;

  // Units in both variants together at which the interval is to be narrowest: the planned sample size. Only the width
  // depends on it, never the guarantee. Ignored where rho is given. Default: 5 000.
  double n_star = 5000;

  // The mixture's scale itself, above 0. Default (none): from n_star and alpha.
  std::optional<double> rho = std::nullopt;
};

struct Sequential {
  double estimate = 0;
  double standard_error = 0;
  double rho = 0;
  double multiplier = 0;  // half width / standard error; stands where a fixed-sample interval has 1.96
  std::optional<double> p_value = std::nullopt;  // always-valid; none for one-sided alternatives
  Bounds interval = {};
};

// Asymptotic confidence sequence with a normal mixture: covers at every look together with 1 - alpha, so one may stop
// whenever one likes. I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas: Time-uniform central limit theory
// and asymptotic confidence sequences, Annals of Statistics 52 (2024).
// A relative difference has the delta method's error, which the pooled variance enters as it does the absolute one's.
// Reasons as Welch's, and zero_control_mean for a relative difference; invalid_input: n_star or rho not above 0, or
// (without rho) a one-sided alpha of 0.5 or more.
Result<Sequential> sequential(const Moments& control, const Moments& treatment, const SequentialOptions& options = {});

// The multiplier alone, at `n` > 0 units in both variants together: to plan with. invalid_input as above, and for n.
Result<double> sequential_multiplier(double n, const SequentialOptions& options = {});

// The always-valid p-value alone, two-sided, of an estimate `z` standard errors from what is tested. invalid_input as
// above, and for a z that is NaN.
Result<double> sequential_p_value(double n, double z, const SequentialOptions& options = {});

}  // namespace crossfade::stats
