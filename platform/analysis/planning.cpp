#include "platform/analysis/planning.h"

#include <fmt/format.h>

#include <cmath>

#include "platform/core/error.h"
#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/planning/mde_relative_delta.h"

namespace crossfade::analysis {

namespace {

// More units than there are people.
constexpr double kMostUnits = 1e12;
constexpr double kFewest = 2;  // in a variant

class Planner {
 public:
  explicit Planner(const PlanRequest& request)
      : request_(request),
        alpha_(request.alpha / request.treatments),
        single_drift_(drift_of({1.0}, request.power)),
        critical_(stats::normal_upper_quantile(alpha_ / 2)),
        inflation_(inflation_of_looks()) {}

  PlanAnswer run() const {
    PlanAnswer answer;
    const double variants = 1 + request_.treatments;
    answer.units_per_variant = request_.mde ? units_for(*request_.mde) : std::floor(*request_.sample_size / variants);
    if (answer.units_per_variant < kFewest) throw Error::user("fewer than 2 units a variant: nothing can be planned");
    answer.units = answer.units_per_variant * variants;
    answer.mde = mde_at(answer.units_per_variant, answer.units_per_variant);
    answer.inflation = inflation_at(answer.units_per_variant, answer.units_per_variant);
    if (request_.mde) answer.power = power_at(answer.units_per_variant, *request_.mde);
    if (!request_.daily_units) return answer;
    answer.days = std::ceil(answer.units / *request_.daily_units);
    for (int day = 1; day <= request_.days; ++day) {
      const double units = *request_.daily_units * day;
      answer.by_day.push_back({.day = day, .units = units, .mde = mde_at(units / variants, answer.units_per_variant)});
    }
    return answer;
  }

 private:
  std::vector<double> fractions_of_looks() const {
    std::vector<double> fractions;
    for (int look = 1; look <= request_.looks; ++look) fractions.push_back(static_cast<double>(look) / request_.looks);
    return fractions;
  }

  // The expected z with which a test at these looks has this power.
  double drift_of(const std::vector<double>& fractions, double power) const {
    const auto drift = stats::group_sequential_drift(fractions, power, {.alpha = alpha_});
    if (!drift) throw Error::user(fmt::format("a power of {} cannot be reached at alpha {}", power, alpha_));
    return *drift;
  }

  double multiplier_at(double n, double planned) const {
    const auto multiplier = stats::sequential_multiplier(2 * n, {.test = {.alpha = alpha_}, .n_star = 2 * planned});
    if (!multiplier) throw Error::user(fmt::format("{} units a variant cannot be planned", n));
    return *multiplier;
  }

  double inflation_of_looks() const {
    if (request_.mode != SequentialMode::group_sequential) return 1;
    return std::pow(drift_of(fractions_of_looks(), request_.power) / single_drift_, 2);
  }

  // How many times as many units as a single look needs, when `n` units a variant are there of `planned`.
  double inflation_at(double n, double planned) const {
    if (request_.mode != SequentialMode::always_valid) return inflation_;
    // Power is reached where the expected z lies as far behind the multiplier as behind a single look's critical value.
    return std::pow((multiplier_at(n, planned) + single_drift_ - critical_) / single_drift_, 2);
  }

  std::optional<double> mde_at(double n, double planned) const {
    const auto mde = stats::mde_relative_delta({.control_mean = request_.mean,
                                                .sd = request_.sd * std::sqrt(1 - request_.variance_reduction),
                                                .n_per_variant = n / inflation_at(n, planned),
                                                .alpha = alpha_},
                                               request_.power);
    if (!mde) return std::nullopt;
    return *mde;
  }

  // The fewest units a variant that find this effect: what is found shrinks with every unit.
  double units_for(double mde) const {
    const auto finds = [&](double n) {
      const auto found = mde_at(n, n);
      return found && *found <= mde;
    };
    double high = kFewest;
    while (!finds(high)) {
      high *= 2;
      if (high > kMostUnits) throw Error::user(fmt::format("an effect of {} needs more than 1e12 units", mde));
    }
    double low = high / 2;
    while (high - low > 0.5) {
      const double middle = (low + high) / 2;
      (finds(middle) ? high : low) = middle;
    }
    return std::ceil(low) > low && finds(std::ceil(low)) ? std::ceil(low) : std::ceil(high);
  }

  // By the same approximation: the effect in standard errors is the expected z of a single look.
  std::optional<double> power_at(double n, double mde) const {
    const double spread = request_.sd / request_.mean;
    const double variance = spread * spread * (1 - request_.variance_reduction) * (1 + (1 + mde) * (1 + mde));
    double drift = mde / std::sqrt(variance / n);
    std::vector<double> fractions = {1.0};
    if (request_.mode == SequentialMode::group_sequential) fractions = fractions_of_looks();
    if (request_.mode == SequentialMode::always_valid) drift -= multiplier_at(n, n) - critical_;
    const auto power = stats::group_sequential_power(fractions, drift, {.alpha = alpha_});
    if (!power) return std::nullopt;
    return *power;
  }

  const PlanRequest request_;
  const double alpha_;
  const double single_drift_;  // expected z of one look with the wanted power
  const double critical_;      // |z| at which one look rejects
  const double inflation_;
};

}  // namespace

PlanAnswer plan_experiment(const PlanRequest& request) {
  const auto share = [](double value) { return value > 0 && value < 1; };
  const auto refuse = [](const std::string& what) { throw Error::user(what); };
  if (!std::isfinite(request.mean) || request.mean == 0) refuse("the mean must not be 0: effects are shares of it");
  if (!std::isfinite(request.sd) || !(request.sd > 0)) refuse("the standard deviation must be above 0");
  if (request.mde.has_value() == request.sample_size.has_value())
    refuse("want an effect or a sample size, one of them");
  const auto above_zero = [](double value) { return value > 0 && std::isfinite(value); };
  if (request.mde && !above_zero(*request.mde)) refuse("the effect must be above 0");
  if (request.sample_size && !(above_zero(*request.sample_size) && *request.sample_size <= kMostUnits)) {
    refuse("the sample size must be above 0 and at most 1e12");
  }
  if (!share(request.alpha) || !share(request.power)) refuse("alpha and power must lie between 0 and 1");
  if (request.power <= request.alpha) refuse("the power must be above alpha");
  if (request.treatments < 1 || request.treatments > 100) refuse("want 1 to 100 treatments");
  if (request.looks < 1 || request.looks > static_cast<int>(stats::kMostLooks)) {
    refuse(fmt::format("{} looks, want 1 to {}", request.looks, stats::kMostLooks));
  }
  if (!(request.variance_reduction >= 0 && request.variance_reduction < 1)) {
    refuse("the variance reduction must be at least 0 and below 1");
  }
  if (request.daily_units && !above_zero(*request.daily_units)) refuse("the daily units must be above 0");
  if (request.days < 1 || request.days > 3650) refuse("want 1 to 3650 days");
  return Planner(request).run();
}

}  // namespace crossfade::analysis
