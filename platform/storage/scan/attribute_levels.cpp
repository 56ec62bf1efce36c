#include "platform/storage/scan/attribute_levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/storage/scan/metric_columns.h"

namespace crossfade::storage {

namespace {

// Of a value that is beyond kMostValues.
constexpr std::int32_t kUncounted = -3;

}  // namespace

std::int32_t AttributeLevels::number_of(const FieldValue& value) {
  if (!dimension_->breaks.empty()) {
    return value.text.data() == nullptr ? level_of(*dimension_, value.number) : Grouping::kNone;  // true is no number
  }
  std::string text(value.text);
  if (value.text.data() == nullptr) {
    if (!std::isfinite(value.number)) return Grouping::kNone;
    text = fmt::format("{}", value.number == 0 ? 0 : value.number);  // -0 is 0
  }
  if (text.empty() || text.size() > kLongestLevel) return Grouping::kNone;
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  if (numbers_.size() == kMostValues) return kUncounted;
  const auto next = static_cast<std::int32_t>(numbers_.size());
  numbers_.emplace(std::move(text), next);
  return next;
}

void AttributeLevels::add(const FieldValue& value) {
  number_.push_back(number_of(value));
}

void AttributeLevels::count(std::size_t unit) {
  if (number_[unit] < 0 || !dimension_->breaks.empty()) return;
  units_.resize(numbers_.size());
  ++units_[static_cast<std::size_t>(number_[unit])];
}

void AttributeLevels::rank() {
  if (!dimension_->breaks.empty()) {
    levels_ = dimension_->labels;
    return;
  }
  units_.resize(numbers_.size());
  std::vector<std::pair<std::string, std::int32_t>> values;
  for (const auto& [text, number] : numbers_) {
    if (units_[static_cast<std::size_t>(number)] > 0) values.emplace_back(text, number);
  }
  std::ranges::sort(values, [&](const auto& a, const auto& b) {
    const std::int64_t of_a = units_[static_cast<std::size_t>(a.second)];
    const std::int64_t of_b = units_[static_cast<std::size_t>(b.second)];
    return of_a != of_b ? of_a > of_b : a.first < b.first;
  });
  const bool all = values.size() <= kMostLevels && std::ranges::find(number_, kUncounted) == number_.end();
  place_.assign(numbers_.size(), Grouping::kNone);
  for (const auto& [text, number] : values) {
    const bool is_level = all || (levels_.size() < kMostLevels && text != kOtherLevel);
    if (!is_level) continue;
    place_[static_cast<std::size_t>(number)] = static_cast<std::int32_t>(levels_.size());
    levels_.push_back(text);
  }
  if (all) return;
  for (std::int32_t& place : place_) {
    if (place == Grouping::kNone) place = static_cast<std::int32_t>(levels_.size());
  }
  levels_.emplace_back(kOtherLevel);
}

std::int32_t AttributeLevels::level(std::size_t unit) const {
  const std::int32_t number = number_[unit];
  if (number == kUncounted) return static_cast<std::int32_t>(levels_.size()) - 1;
  if (number < 0 || !dimension_->breaks.empty()) return number;
  return place_[static_cast<std::size_t>(number)];
}

}  // namespace crossfade::storage
