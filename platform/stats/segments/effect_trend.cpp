#include "platform/stats/segments/effect_trend.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/stats/numerics/all_finite.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/linear_form.h"

namespace crossfade::stats {

namespace {

struct Point {
  std::size_t position = 0;  // in the input
  double day = 0;
  double effect = 0;
  double weight = 0;  // inverse variance, against the largest one
};

struct Line {
  EffectTrend trend;
  std::vector<double> coefficients;  // of each day's effect in the slope; 0 where the day has none
};

std::vector<Point> points(std::span<const double> days, std::span<const std::optional<Effect>> effects,
                          double smallest_error) {
  std::vector<Point> result;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (!effects[i]) continue;
    const double precision = smallest_error / effects[i]->standard_error;
    result.push_back({.position = i, .day = days[i], .effect = effects[i]->estimate, .weight = precision * precision});
  }
  return result;
}

double weighted_mean(std::span<const Point> points, double Point::* value) {
  const double origin = points.front().*value;
  double weights = 0;
  double sum = 0;
  for (const Point& point : points) {
    weights += point.weight;
    sum += point.weight * (point.*value - origin);
  }
  return origin + sum / weights;
}

Result<Line> line_through(std::span<const double> days, std::span<const TwoSamples> daily) {
  if (days.size() != daily.size() || !all_finite(days)) return Undefined::invalid_input;
  const auto effects = effects_of(daily, 2);
  if (!effects) return effects.reason();
  double smallest = kInfinity;
  for (const std::optional<Effect>& effect : *effects) {
    if (effect) smallest = std::min(smallest, effect->standard_error);
  }
  const std::vector<Point> line = points(days, *effects, smallest);
  const auto [first, last] = std::ranges::minmax(line, {}, &Point::day);
  if (first.day == last.day) return Undefined::insufficient_data;

  const double mean_day = weighted_mean(line, &Point::day);
  const double mean_effect = weighted_mean(line, &Point::effect);
  double squares = 0;
  double products = 0;
  for (const Point& point : line) {
    const double from_mean = point.day - mean_day;
    squares += point.weight * from_mean * from_mean;
    products += point.weight * from_mean * (point.effect - mean_effect);
  }
  const double slope = products / squares;
  const double error = smallest / std::sqrt(squares);
  EffectTrend trend{.effects = *effects,
                    .slope = slope,
                    .slope_standard_error = error,
                    .first_day_fit = mean_effect + slope * (first.day - mean_day),
                    .last_day_fit = mean_effect + slope * (last.day - mean_day)};
  Line result{.trend = std::move(trend), .coefficients = std::vector<double>(days.size())};
  for (const Point& point : line) {
    result.coefficients[point.position] = point.weight * ((point.day - mean_day) / squares);
  }
  return result;
}

// With its error, the test of the slope.
Result<EffectTrend> tested(EffectTrend trend, double error) {
  trend.slope_standard_error = error;
  trend.statistic = trend.slope / error;
  if (!std::isfinite(trend.statistic) || !std::isfinite(error)) return Undefined::invalid_input;
  trend.p_value = std::min(1.0, 2 * normal_upper_tail(std::abs(trend.statistic)));
  return trend;
}

bool are_days(std::span<const UnitDays> units, std::size_t days) {
  std::vector<std::size_t> last_unit(days, units.size());
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    for (const DayValue& value : units[unit]) {
      if (value.day >= days || last_unit[value.day] == unit || !std::isfinite(value.value)) return false;
      last_unit[value.day] = unit;
    }
  }
  return true;
}

std::vector<Moments> daily_moments(std::span<const UnitDays> units, std::size_t days) {
  std::vector<Moments> daily(days);
  for (const UnitDays& unit : units) {
    for (const auto& [day, value] : unit) daily[day].add(value);
  }
  return daily;
}

// The factor n / (n - 1) of a day's variance is within, so that a unit of one day counts as in the independent error.
DayCovariances covariances_of(std::span<const UnitDays> units, std::span<const Moments> daily) {
  DayCovariances result(daily.size(), std::vector<double>(daily.size()));
  const auto share = [&](const DayValue& of) {
    const double n = static_cast<double>(daily[of.day].n());
    return n < 2 ? 0 : (of.value - daily[of.day].mean()) / std::sqrt(n * (n - 1));
  };
  for (const UnitDays& unit : units) {
    for (const DayValue& a : unit) {
      for (const DayValue& b : unit) result[a.day][b.day] += share(a) * share(b);
    }
  }
  return result;
}

bool is_square(const DayCovariances& covariances, std::size_t days) {
  return covariances.size() == days &&
         std::ranges::all_of(covariances, [days](const std::vector<double>& row) { return row.size() == days; });
}

// Of a variant's part in the slope. What cannot be told from 0 by rounding is 0.
double variance_of_slope(const DayCovariances& covariances, std::span<const double> coefficients) {
  double variance = 0;
  double terms = 0;
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    for (std::size_t j = 0; j < coefficients.size(); ++j) {
      if (coefficients[i] == 0 || coefficients[j] == 0) continue;
      const double term = coefficients[i] * covariances[i][j] * coefficients[j];
      variance += term;
      terms += std::abs(term);
    }
  }
  return variance <= kRounding * terms ? 0 : variance;
}

}  // namespace

Result<EffectTrend> effect_trend(std::span<const double> days, std::span<const TwoSamples> daily) {
  const Result<Line> line = line_through(days, daily);
  if (!line) return line.reason();
  return tested(line->trend, line->trend.slope_standard_error);
}

Result<EffectTrend> effect_trend_clustered(std::span<const double> days, std::span<const TwoSamples> daily,
                                           const DayCovariances& control, const DayCovariances& treatment) {
  if (!is_square(control, days.size()) || !is_square(treatment, days.size())) return Undefined::invalid_input;
  const Result<Line> line = line_through(days, daily);
  if (!line) return line.reason();
  const double variance =
      variance_of_slope(control, line->coefficients) + variance_of_slope(treatment, line->coefficients);
  if (variance == 0) return Undefined::zero_variance;
  return tested(line->trend, std::sqrt(variance));
}

Result<EffectTrend> effect_trend_clustered(std::span<const double> days, std::span<const UnitDays> control,
                                           std::span<const UnitDays> treatment) {
  if (!are_days(control, days.size()) || !are_days(treatment, days.size())) return Undefined::invalid_input;
  const std::vector<Moments> of_control = daily_moments(control, days.size());
  const std::vector<Moments> of_treatment = daily_moments(treatment, days.size());
  std::vector<TwoSamples> daily;
  for (std::size_t day = 0; day < days.size(); ++day) daily.push_back({of_control[day], of_treatment[day]});
  return effect_trend_clustered(days, daily, covariances_of(control, of_control),
                                covariances_of(treatment, of_treatment));
}

}  // namespace crossfade::stats
