#include "platform/calibration/metric_units.h"

#include <algorithm>
#include <cmath>

#include "platform/core/random.h"

namespace crossfade::calibration {

namespace {

using stats::MetricMoments;

// With `effect` on every unit: the value raised by it, of a ratio the numerator by it for each 1 of the denominator.
MetricMoments raised(const MetricMoments& moments, MetricType type, double effect) {
  const double of_denominator = type == MetricType::ratio ? effect : 0;
  MetricMoments::Values means{};
  MetricMoments::Matrix c2{};
  for (std::size_t i = 0; i < means.size(); ++i) {
    means[i] = moments.mean(i);
    for (std::size_t j = 0; j < means.size(); ++j) {
      c2[i][j] = moments.c2(i, j);
      if (i == 0) c2[i][j] += of_denominator * moments.c2(1, j);
      if (j == 0) c2[i][j] += of_denominator * moments.c2(i, 1);
      if (i == 0 && j == 0) c2[i][j] += of_denominator * of_denominator * moments.c2(1, 1);
    }
  }
  means[0] += type == MetricType::ratio ? effect * moments.mean(1) : effect;
  return {moments.n(), means, c2};
}

bool is_share(MetricType type) {
  return type == MetricType::proportion || type == MetricType::retention;
}

}  // namespace

std::vector<std::size_t> order_of_entry(const storage::UnitTable& table) {
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < table.units.size(); ++row) {
    if (table.variant[row] != storage::UnitTable::kSeveral) order.push_back(row);
  }
  if (!table.first_seen.empty()) {
    std::ranges::stable_sort(order, {}, [&](std::size_t row) { return table.first_seen[row]; });
  }
  return order;
}

MetricUnits::MetricUnits(const storage::UnitTable& table, const storage::MetricColumns& metric,
                         std::span<const std::size_t> order)
    : type_(metric.type) {
  const storage::MetricLimits limits = storage::limits_of(table, metric);
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const std::size_t row = order[rank];
    if (type_ == MetricType::quantile) {
      if (table.events[metric.events][row].empty()) continue;
      events_.push_back(table.events[metric.events][row]);
    } else if (auto numbers = storage::unit_values(table, metric, row)) {
      if (limits.lower) (*numbers)[0] = std::max((*numbers)[0], *limits.lower);
      if (limits.upper) (*numbers)[0] = std::min((*numbers)[0], *limits.upper);
      numbers_.push_back(*numbers);
    } else {
      continue;
    }
    row_.push_back(row);
    rank_.push_back(rank);
  }
}

void MetricUnits::add_to(storage::MetricAggregate& aggregate, std::size_t i) const {
  if (type_ == MetricType::quantile) {
    aggregate.events.push_back(events_[i]);
  } else {
    aggregate.moments.add(numbers_[i]);
  }
}

storage::MetricAggregate MetricUnits::all() const {
  storage::MetricAggregate all;
  for (std::size_t i = 0; i < size(); ++i) add_to(all, i);
  return all;
}

std::optional<double> MetricUnits::skewness() const {
  if (type_ != MetricType::mean) return std::nullopt;
  stats::Moments moments;
  for (const auto& numbers : numbers_) moments.add(numbers[0]);
  if (moments.n() < 3 || !(moments.variance() > 0)) return std::nullopt;
  const double sd = std::sqrt(moments.variance());
  double cubes = 0;
  for (const auto& numbers : numbers_) cubes += std::pow((numbers[0] - moments.mean()) / sd, 3);
  return cubes / static_cast<double>(moments.n());
}

std::optional<Effect> Effect::of(MetricType type, double mean, double lift) {
  Effect effect;
  effect.type_ = type;
  effect.turns_ = is_share(type);
  if (!effect.turns_) {
    effect.added_ = lift * std::abs(mean);
    return effect;
  }
  effect.target_ = lift > 0 ? 1 : 0;
  effect.chance_ = lift > 0 ? lift * mean / (1 - mean) : -lift;
  if (!(mean > 0 && mean < 1) || effect.chance_ > 1) return std::nullopt;
  return effect;
}

storage::MetricAggregate Effect::apply(const storage::MetricAggregate& untouched) const {
  storage::MetricAggregate result{.moments = raised(untouched.moments, type_, added_), .events = untouched.events};
  for (auto& events : result.events) {
    for (double& value : events) value += added_;
  }
  return result;
}

Variants::Variants(const MetricUnits& units, std::span<const Effect> effects, std::uint64_t salt)
    : units_(units), effects_(effects), salt_(salt), turned_(effects.size()) {}

void Variants::add(std::size_t i, Side side) {
  if (side == Side::none) return;
  units_.add_to(side == Side::control ? control_ : treatment_, i);
  if (side == Side::control || effects_.empty() || !effects_.front().turns()) return;
  const double coin = Random({salt_, units_.row(i)}).uniform();
  storage::MetricAggregate one;
  units_.add_to(one, i);
  for (std::size_t k = 0; k < effects_.size(); ++k) {
    MetricMoments::Values values{};
    for (std::size_t at = 0; at < values.size(); ++at) values[at] = one.moments.mean(at);
    values[0] = effects_[k].turned(values[0], coin);
    turned_[k].moments.add(values);
  }
}

storage::MetricAggregate Variants::treatment_with(std::size_t effect) const {
  return effects_[effect].turns() ? turned_[effect] : effects_[effect].apply(treatment_);
}

}  // namespace crossfade::calibration
