#include "platform/stats/quantiles/quantile_raw.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "platform/stats/numerics/all_finite.h"
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

using Users = std::span<const std::vector<double>>;

// The order statistic of a rank from 1 on.
double order_statistic(const std::vector<double>& sorted, double rank) {
  const double last = static_cast<double>(sorted.size());
  return sorted[static_cast<std::size_t>(std::clamp(rank, 1.0, last)) - 1];
}

// How far the share of events up to a quantile may be off, on either side. `share` says which part of an event lies
// below the quantile.
template <class Share>
Result<double> reach_of(Users users, double z, const Share& share) {
  RatioMoments shares;
  for (const std::vector<double>& events : users) {
    double below = 0;
    for (const double x : events) below += share(x);
    shares.add({below, static_cast<double>(events.size())});
  }
  const Result<Moments> ratio = ratio_moments(shares);
  if (!ratio) return ratio.reason();
  return z * std::sqrt(ratio->variance() / static_cast<double>(users.size()));
}

Result<Quantile> by_order(Users users, const std::vector<double>& sorted, double nu, double z, bool clamp) {
  const double n = static_cast<double>(sorted.size());
  const double value = order_statistic(sorted, std::ceil(n * nu * (1 - kRoundingOfRank)));
  const Result<double> reach = reach_of(users, z, [value](double x) { return x <= value ? 1.0 : 0.0; });
  if (!reach) return reach.reason();
  const double low = std::floor(n * (nu - *reach) * (1 + kRoundingOfRank));
  const double high = std::ceil(n * (nu + *reach) * (1 - kRoundingOfRank));
  // No event above the quantile: how many there could be is what the sample does not say.
  const bool at_the_end = *reach == 0 && sorted.front() != sorted.back();
  if (!clamp && (at_the_end || low < 1 || high > n)) return Undefined::insufficient_data;
  const double width = order_statistic(sorted, high) / 2 - order_statistic(sorted, low) / 2;
  return Quantile{.value = value, .error = width / z};
}

// The inverse of the mid-distribution function: a line from one distinct value to the next.
class MidQuantiles {
 public:
  // Sorted, not empty.
  explicit MidQuantiles(const std::vector<double>& sorted) {
    const double n = static_cast<double>(sorted.size());
    for (auto from = sorted.begin(); from != sorted.end();) {
      const auto to = std::upper_bound(from, sorted.end(), *from);
      const auto below = static_cast<double>(from - sorted.begin());
      values_.push_back(*from);
      shares_.push_back((below + static_cast<double>(to - from) / 2) / n);
      from = to;
    }
  }

  bool inside(double share) const { return share >= shares_.front() && share <= shares_.back(); }

  // Which values it lies between, and how far on the way.
  struct Place {
    double lower = 0;
    double upper = 0;
    double part = 0;
  };
  Place at(double share) const {
    if (share <= shares_.front()) return {values_.front(), values_.front(), 0};
    if (share >= shares_.back()) return {values_.back(), values_.back(), 0};
    const auto above = static_cast<std::size_t>(std::ranges::upper_bound(shares_, share) - shares_.begin());
    return {values_[above - 1], values_[above], (share - shares_[above - 1]) / (shares_[above] - shares_[above - 1])};
  }
  double value(double share) const {
    const Place place = at(share);
    return std::lerp(place.lower, place.upper, place.part);
  }
  bool constant() const { return values_.size() == 1; }

 private:
  std::vector<double> values_;
  std::vector<double> shares_;  // the mid-distribution function there
};

Result<Quantile> by_mid(Users users, const std::vector<double>& sorted, double nu, double z, bool clamp) {
  const MidQuantiles quantiles(sorted);
  const MidQuantiles::Place place = quantiles.at(nu);
  const auto half_below = [](double x, double value) { return x < value ? 1.0 : x == value ? 0.5 : 0.0; };
  // Its mean over the events is nu, as the quantile is where the joined function has that height.
  const Result<double> reach = reach_of(users, z, [&](double x) {
    return std::lerp(half_below(x, place.lower), half_below(x, place.upper), place.part);
  });
  if (!reach) return reach.reason();
  const bool inside = quantiles.inside(nu - *reach) && quantiles.inside(nu + *reach);
  if (!clamp && !inside && !quantiles.constant()) return Undefined::insufficient_data;
  const double width = quantiles.value(nu + *reach) / 2 - quantiles.value(nu - *reach) / 2;
  return Quantile{.value = quantiles.value(nu), .error = width / z};
}

Result<Quantile> quantile_of(Users users, double nu, double z, const QuantileOptions& how) {
  std::vector<double> sorted;
  for (const std::vector<double>& events : users) sorted.insert(sorted.end(), events.begin(), events.end());
  if (!all_finite(sorted)) return Undefined::invalid_input;
  if (users.size() < 2 || sorted.empty()) return Undefined::insufficient_data;
  std::ranges::sort(sorted);
  return how.ties == Ties::mid ? by_mid(users, sorted, nu, z, how.clamp) : by_order(users, sorted, nu, z, how.clamp);
}

}  // namespace

double mid_quantile(const std::vector<double>& sorted, double nu) {
  return MidQuantiles(sorted).value(nu);
}

Result<Moments> quantile_moments(std::span<const std::vector<double>> users, double nu, double alpha,
                                 const QuantileOptions& options) {
  if (!valid_alpha(nu) || !valid_alpha(alpha)) return Undefined::invalid_input;
  const Result<Quantile> found = quantile_of(users, nu, normal_upper_quantile(alpha / 2), options);
  if (!found) return found.reason();
  const double n = static_cast<double>(users.size());
  return Moments(static_cast<std::int64_t>(users.size()), found->value, found->error * found->error * n * (n - 1));
}

Result<QuantileRaw> quantile_raw(std::span<const std::vector<double>> control,
                                 std::span<const std::vector<double>> treatment, double nu, const TestOptions& options,
                                 const QuantileOptions& how) {
  const bool two_sided = options.alternative == Alternative::two_sided;
  // One-sided at 0.5 or more the multiplier is no width.
  if (!valid_alpha(nu) || !valid_alpha(options.alpha) || (!two_sided && options.alpha >= 0.5)) {
    return Undefined::invalid_input;
  }
  const double z = normal_upper_quantile(options.alpha / 2);
  const Result<Quantile> of_control = quantile_of(control, nu, z, how);
  if (!of_control) return of_control.reason();
  const Result<Quantile> of_treatment = quantile_of(treatment, nu, z, how);
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
