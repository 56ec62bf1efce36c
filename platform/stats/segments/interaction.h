#pragma once

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

namespace crossfade::stats {

// Units by their variants of two experiments that run over the same units; 0 = control, 1 = treatment.
struct Cells {
  Moments a0_b0;
  Moments a0_b1;
  Moments a1_b0;
  Moments a1_b1;
};

struct Interaction {
  double estimate = 0;  // effect of b where a is treatment - effect of b where a is control
  double standard_error = 0;
  double dof = 0;  // Satterthwaite's, of four samples
  double statistic = 0;
  double p_value = 1;
  Bounds interval = {};
  // Are the two assignments independent? Chi-square of the counts, without continuity correction.
  double assignment_chi2 = 0;
  double assignment_p = 1;
};

// Does one experiment change the effect of the other? F. E. Satterthwaite, Biometrics Bulletin 2 (1946).
// insufficient_data: n < 2 in a cell; zero_variance: in all four; invalid_input as Welch's.
Result<Interaction> interaction(const Cells& cells, const TestOptions& options = {});

}  // namespace crossfade::stats
