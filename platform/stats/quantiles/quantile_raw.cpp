#include "platform/stats/quantiles/quantile_raw.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "platform/stats/numerics/distributions.h"
#include "platform/stats/ratios/ratio.h"

namespace crossfade::stats {

namespace {

struct Quantile {
  double value = 0;
  double error = 0;
};

// n nu in doubles lies beside the whole number that it is meant to be: 100 x 0.07 is 7.000000000000001.
constexpr double kRoundingOfRank = 1e-12;

// The order statistic of a rank from 1 on.
double order_statistic(const std::vector<double>& sorted, double rank) {
  const double last = static_cast<double>(sorted.size());
  return sorted[static_cast<std::size_t>(std::clamp(rank, 1.0, last)) - 1];
}

RatioMoments shares_up_to(std::span<const std::vector<double>> users, double value) {
  RatioMoments shares;
  for (const std::vector<double>& events : users) {
    const auto up_to = std::ranges::count_if(events, [value](double x) { return x <= value; });
    shares.add({static_cast<double>(up_to), static_cast<double>(events.size())});
  }
  return shares;
}

Result<Quantile> quantile_of(std::span<const std::vector<double>> users, double nu, double z) {
  std::vector<double> sorted;
  for (const std::vector<double>& events : users) sorted.insert(sorted.end(), events.begin(), events.end());
  if (!std::ranges::all_of(sorted, [](double x) { return std::isfinite(x); })) return Undefined::invalid_input;
  if (users.size() < 2 || sorted.empty()) return Undefined::insufficient_data;
  std::ranges::sort(sorted);
  const double n = static_cast<double>(sorted.size());
  const double value = order_statistic(sorted, std::ceil(n * nu * (1 - kRoundingOfRank)));
  const Result<Moments> share = ratio_moments(shares_up_to(users, value));
  if (!share) return share.reason();
  const double reach = z * std::sqrt(share->variance() / static_cast<double>(users.size()));
  const double low = order_statistic(sorted, std::floor(n * (nu - reach) * (1 + kRoundingOfRank)));
  const double high = order_statistic(sorted, std::ceil(n * (nu + reach) * (1 - kRoundingOfRank)));
  return Quantile{.value = value, .error = (high / 2 - low / 2) / z};
}

}  // namespace

Result<Moments> quantile_moments(std::span<const std::vector<double>> users, double nu, double alpha) {
  if (!valid_alpha(nu) || !valid_alpha(alpha)) return Undefined::invalid_input;
  const Result<Quantile> found = quantile_of(users, nu, normal_upper_quantile(alpha / 2));
  if (!found) return found.reason();
  const double n = static_cast<double>(users.size());
  return Moments(static_cast<std::int64_t>(users.size()), found->value, found->error * found->error * n * (n - 1));
}

Result<QuantileRaw> quantile_raw(std::span<const std::vector<double>> control,
                                 std::span<const std::vector<double>> treatment, double nu,
                                 const TestOptions& options) {
  const bool two_sided = options.alternative == Alternative::two_sided;
  // One-sided at 0.5 or more the multiplier is no width.
  if (!valid_alpha(nu) || !valid_alpha(options.alpha) || (!two_sided && options.alpha >= 0.5)) {
    return Undefined::invalid_input;
  }
  const double z = normal_upper_quantile(options.alpha / 2);
  const Result<Quantile> of_control = quantile_of(control, nu, z);
  if (!of_control) return of_control.reason();
  const Result<Quantile> of_treatment = quantile_of(treatment, nu, z);
  if (!of_treatment) return of_treatment.reason();
  QuantileRaw result{.estimate = of_treatment->value - of_control->value,
                     .standard_error = std::hypot(of_control->error, of_treatment->error),
                     .control_quantile = of_control->value,
                     .treatment_quantile = of_treatment->value};
  if (result.standard_error == 0) return Undefined::zero_variance;
  if (!std::isfinite(result.estimate) || !std::isfinite(result.standard_error)) return Undefined::invalid_input;
  const double half_width = (two_sided ? z : normal_upper_quantile(options.alpha)) * result.standard_error;
  result.interval = {.lower = options.alternative == Alternative::less ? -kInfinity : result.estimate - half_width,
                     .upper = options.alternative == Alternative::greater ? kInfinity : result.estimate + half_width};
  return result;
}

}  // namespace crossfade::stats
