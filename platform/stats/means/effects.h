#pragma once

#include <optional>
#include <span>
#include <vector>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

// Effects in parts of the data - segments, days - that share no units.
namespace crossfade::stats {

// One part of the data, in both variants.
struct TwoSamples {
  Moments control;
  Moments treatment;
};

struct Effect {
  double estimate = 0;        // treatment mean - control mean, or that as a share of |control mean|
  double standard_error = 0;  // of it, > 0: Welch's, or by the delta method

  bool operator==(const Effect&) const = default;
};

// Reasons as contrast's, or relative_lift_delta's for a relative difference.
Result<Effect> effect_of(const Moments& control, const Moments& treatment, Difference difference);

// Absolute ones, in the order of the input; none where Welch's test has no error (too few units, no variance): such a
// part counts nowhere. At least `needed` parts must have one: otherwise the reason of the first that has none, or
// insufficient_data. invalid_input: of any part.
Result<std::vector<std::optional<Effect>>> effects_of(std::span<const TwoSamples> parts, int needed);

}  // namespace crossfade::stats
