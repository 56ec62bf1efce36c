#include "platform/stats/corrections/fcr_intervals.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/corrections/corrections.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

Result<std::vector<double>> two_sided_p_values(std::span<const double> estimates,
                                               std::span<const double> standard_errors) {
  if (estimates.size() != standard_errors.size()) return Undefined::invalid_input;
  bool flat = false;
  std::vector<double> p_values;
  p_values.reserve(estimates.size());
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const double error = standard_errors[i];
    if (!std::isfinite(estimates[i]) || !std::isfinite(error) || error < 0) return Undefined::invalid_input;
    flat = flat || error == 0;
    p_values.push_back(error == 0 ? 1 : std::min(1.0, 2 * normal_upper_tail(std::abs(estimates[i]) / error)));
  }
  if (flat) return Undefined::zero_variance;
  return p_values;
}

}  // namespace

Result<FcrIntervals> fcr_intervals(std::span<const double> estimates, std::span<const double> standard_errors,
                                   double q) {
  if (!valid_alpha(q)) return Undefined::invalid_input;
  const Result<std::vector<double>> p_values = two_sided_p_values(estimates, standard_errors);
  if (!p_values) return p_values.reason();
  const Result<std::vector<double>> adjusted = benjamini_hochberg(*p_values);
  if (!adjusted) return adjusted.reason();

  FcrIntervals result{.intervals = std::vector<std::optional<Bounds>>(estimates.size())};
  result.n_selected = static_cast<std::size_t>(std::ranges::count_if(*adjusted, [q](double p) { return p <= q; }));
  if (result.n_selected == 0) return result;
  const double share = static_cast<double>(result.n_selected) / static_cast<double>(estimates.size());
  const double critical = normal_upper_quantile(q * share / 2);
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    if ((*adjusted)[i] > q) continue;
    const double half_width = critical * standard_errors[i];
    result.intervals[i] = Bounds{.lower = estimates[i] - half_width, .upper = estimates[i] + half_width};
  }
  return result;
}

}  // namespace crossfade::stats
