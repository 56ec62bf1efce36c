#include "platform/stats/segments/interaction.h"

#include <array>
#include <cmath>

#include "platform/stats/means/contrast.h"
#include "platform/stats/segments/homogeneity.h"

namespace crossfade::stats {

Result<Interaction> interaction(const Cells& cells, const TestOptions& options) {
  const std::array<Moments, 4> all{cells.a0_b0, cells.a0_b1, cells.a1_b0, cells.a1_b1};
  double variance = 0;
  bool few = false;
  for (const Moments& cell : all) {
    if (cell.n() < 0 || !(cell.m2() >= 0) || !std::isfinite(cell.mean())) return Undefined::invalid_input;
    few |= cell.n() < 2;
    if (cell.n() > 0) variance += cell.variance() / static_cast<double>(cell.n());
  }
  const double estimate = (cells.a1_b1.mean() - cells.a1_b0.mean()) - (cells.a0_b1.mean() - cells.a0_b0.mean());
  if (!std::isfinite(variance) || !std::isfinite(estimate)) return Undefined::invalid_input;
  if (few) return Undefined::insufficient_data;
  if (variance == 0) return Undefined::zero_variance;

  double inverse_dof = 0;
  for (const Moments& cell : all) {
    const double share = cell.variance() / static_cast<double>(cell.n()) / variance;
    inverse_dof += share * share / static_cast<double>(cell.n() - 1);
  }
  const double standard_error = std::sqrt(variance);
  const Result<TTest> test = t_test(estimate, standard_error, 1 / inverse_dof, 0, options);
  if (!test) return test.reason();
  const Result<Homogeneity> assignment =
      homogeneity(std::array{cells.a0_b1.n(), cells.a1_b1.n()},
                  std::array{cells.a0_b0.n() + cells.a0_b1.n(), cells.a1_b0.n() + cells.a1_b1.n()});
  if (!assignment) return assignment.reason();
  return Interaction{.estimate = estimate,
                     .standard_error = standard_error,
                     .dof = 1 / inverse_dof,
                     .statistic = test->statistic,
                     .p_value = test->p_value,
                     .interval = test->interval,
                     .assignment_chi2 = assignment->statistic,
                     .assignment_p = assignment->p_value};
}

}  // namespace crossfade::stats
