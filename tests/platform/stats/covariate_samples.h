#pragma once

#include "platform/stats/moments/co_moments.h"

// The units of the tests of ratios and covariates: numerator, denominator, and the same before the experiment. The same
// as in references_covariates.py.
namespace crossfade::stats::test {

inline RatioCovariateMoments units(std::initializer_list<RatioCovariateMoments::Values> values) {
  RatioCovariateMoments moments;
  for (const auto& value : values) moments.add(value);
  return moments;
}

inline RatioCovariateMoments control_units() {
  return units({{3, 2, 2, 2}, {7, 3, 5, 2}, {1, 1, 2, 1}, {9, 4, 7, 4}, {4, 3, 6, 3}, {6, 2, 4, 2}, {2, 2, 1, 1}});
}
inline RatioCovariateMoments treatment_units() {
  return units({{5, 2, 3, 2}, {8, 3, 5, 3}, {4, 1, 2, 1}, {12, 4, 9, 4}, {3, 2, 3, 2}, {10, 3, 4, 2}});
}

// Two of the four quantities.
inline CoMoments<2> pick(const RatioCovariateMoments& all, std::size_t i, std::size_t j) {
  return {all.n(), {all.mean(i), all.mean(j)}, {{{all.c2(i, i), all.c2(i, j)}, {all.c2(j, i), all.c2(j, j)}}}};
}

// Outcome and covariate.
inline CovariateMoments control() {
  return pick(control_units(), 0, 2);
}
inline CovariateMoments treatment() {
  return pick(treatment_units(), 0, 2);
}

// The same quantity plus a constant.
inline CoMoments<2> shifted(const CoMoments<2>& moments, double first, double second) {
  return {moments.n(),
          {moments.mean(0) + first, moments.mean(1) + second},
          {{{moments.c2(0, 0), moments.c2(0, 1)}, {moments.c2(1, 0), moments.c2(1, 1)}}}};
}

}  // namespace crossfade::stats::test
