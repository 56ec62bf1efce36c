#include "platform/stats/segments/effect_trend.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

struct Point {
  double day = 0;
  double effect = 0;
  double weight = 0;  // inverse variance, against the largest one
};

std::vector<Point> points(std::span<const double> days, std::span<const std::optional<Effect>> effects,
                          double smallest_error) {
  std::vector<Point> result;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (!effects[i]) continue;
    const double precision = smallest_error / effects[i]->standard_error;
    result.push_back({.day = days[i], .effect = effects[i]->estimate, .weight = precision * precision});
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

}  // namespace

Result<EffectTrend> effect_trend(std::span<const double> days, std::span<const TwoSamples> daily) {
  const bool finite = std::ranges::all_of(days, [](double day) { return std::isfinite(day); });
  if (days.size() != daily.size() || !finite) return Undefined::invalid_input;
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
  EffectTrend result{.effects = *effects,
                     .slope = slope,
                     .slope_standard_error = error,
                     .statistic = slope / error,
                     .first_day_fit = mean_effect + slope * (first.day - mean_day),
                     .last_day_fit = mean_effect + slope * (last.day - mean_day)};
  if (!std::isfinite(result.statistic) || !std::isfinite(error)) return Undefined::invalid_input;
  result.p_value = std::min(1.0, 2 * normal_upper_tail(std::abs(result.statistic)));
  return result;
}

}  // namespace crossfade::stats
