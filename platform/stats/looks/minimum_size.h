#pragma once

#include <cstdint>
#include <optional>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

struct MinimumSizeOptions {
  // Events, or units without one where these are the rarer, that the smaller variant is expected to have at the rate of
  // both variants together. Default: 10.
  double events = 10;

  // Units in the smaller variant. Default: 20.
  std::int64_t units = 20;
};

struct MinimumSize {
  bool reached = false;
  // Units in the smaller variant that it takes, at the rate seen so far; none where no event has been seen yet, or
  // nothing else.
  std::optional<std::int64_t> needed = std::nullopt;
};

// Whether the smaller variant has what a sequential test needs to begin: its guarantee is asymptotic, and the first
// looks are not. EXPECTED events count, never those observed: a variant that has seen none while others have is a
// finding, and waiting for it would hide harm. The rule of thumb for chi-square's expected counts: W. G. Cochran: Some
// methods for strengthening the common chi-square tests, Biometrics 10 (1954), who asks for 5. Begin a sequence late,
// and it holds with fewer assumptions: I. Waudby-Smith et al., Annals of Statistics 52 (2024), section 2.
MinimumSize minimum_size(const Moments& control, const Moments& treatment, const MinimumSizeOptions& options = {});
// The same for shares of units, as moments of zeros and ones (proportion_moments): units and events.
MinimumSize minimum_size_of_shares(const Moments& control, const Moments& treatment,
                                   const MinimumSizeOptions& options = {});

}  // namespace crossfade::stats
