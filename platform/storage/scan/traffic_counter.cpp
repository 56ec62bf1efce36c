#include "platform/storage/scan/traffic_counter.h"

#include <algorithm>
#include <cmath>

#include "platform/core/metric.h"

namespace crossfade::storage {

namespace {

// Of one experiment: a century. A time of another unit would make as many days as memory holds.
constexpr std::int64_t kMostDays = 36'525;

// The order statistic ceil(n x level); nothing of nothing.
std::optional<float> order_statistic(std::vector<float>& values, double level) {
  if (values.empty()) return std::nullopt;
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(static_cast<double>(values.size()) * level));
  const auto at = values.begin() + rank - 1;
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace

TrafficCounter::TrafficCounter(std::vector<std::string> variants, std::vector<std::size_t> variant,
                               Timestamp first_exposure)
    : variant_(std::move(variant)), first_day_(utc_day(first_exposure)), positions_(variant_.size() * kMostPositions) {
  for (std::string& key : variants)
    variants_.push_back({.key = std::move(key), .days = {}, .answers = {}, .positions = {}});
}

std::optional<std::size_t> TrafficCounter::day_of(Timestamp time) const {
  const std::int64_t day = utc_day(time) - first_day_;
  return day >= 0 && day < kMostDays ? std::optional(static_cast<std::size_t>(day)) : std::nullopt;
}

TrafficCounter::Day* TrafficCounter::day_of(std::size_t unit, Timestamp time) {
  std::vector<Day>& days = variants_[variant_[unit]].days;
  const auto day = day_of(time);
  if (!day) return nullptr;
  if (*day >= days.size()) days.resize(*day + 1);
  return &days[*day];
}

void TrafficCounter::add_exposure(std::size_t unit, Timestamp first_seen) {
  if (Day* const day = day_of(unit, first_seen)) ++day->new_units;
}

void TrafficCounter::add_session(std::size_t unit, Timestamp started) {
  Day* const day = day_of(unit, started);
  if (day == nullptr) return;
  ++day->sessions;
  active_.emplace_back(unit, *day_of(started));
}

void TrafficCounter::add_playback(std::size_t unit, const PlaybackFacts& playback) {
  if (playback.position >= 0 && playback.position < static_cast<std::int64_t>(kMostPositions)) {
    UnitPosition& at = positions_[unit * kMostPositions + static_cast<std::size_t>(playback.position)];
    ++at.playbacks;
    if (playback.fraction < kSkipThreshold) ++at.skipped;
    at.fractions += playback.fraction;
  }
  if (!playback.is_request) return;
  count_answer(variants_[variant_[unit]], playback.recommender);
  Day* const day = day_of(unit, playback.at);
  if (day == nullptr) return;
  ++day->requests;
  if (!(std::abs(playback.latency_ms) <= kLargestValue)) return;
  day->latency_ms.add(playback.latency_ms);
  day->latencies_ms.push_back(static_cast<float>(playback.latency_ms));
}

// There are a handful of recommenders.
void TrafficCounter::count_answer(Variant& variant, std::string_view recommender) {
  const auto known = std::ranges::find(variant.answers, recommender, &Answers::recommender);
  if (known != variant.answers.end()) {
    ++known->answers;
  } else {
    variant.answers.push_back({.recommender = std::string(recommender), .answers = 1});
  }
}

void TrafficCounter::count_active_units() {
  std::ranges::sort(active_);
  const auto repeated = std::ranges::unique(active_);
  active_.erase(repeated.begin(), repeated.end());
  for (const auto& [unit, day] : active_) ++variants_[variant_[unit]].days[day].active_units;
}

void TrafficCounter::count_positions() {
  std::size_t reached = 0;
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    if (positions_[i].playbacks > 0) reached = std::max(reached, i % kMostPositions + 1);
  }
  for (Variant& variant : variants_) variant.positions.resize(reached);
  for (std::size_t unit = 0; unit < variant_.size(); ++unit) {
    for (std::size_t position = 0; position < reached; ++position) {
      const UnitPosition& at = positions_[unit * kMostPositions + position];
      if (at.playbacks == 0) continue;
      PositionTraffic& sum = variants_[variant_[unit]].positions[position];
      sum.playbacks += at.playbacks;
      sum.units.add({static_cast<double>(at.skipped), static_cast<double>(at.playbacks), at.fractions, 0});
    }
  }
}

DayTraffic TrafficCounter::summary_of(Day day, Timestamp midnight) {
  return {.day = midnight,
          .new_units = day.new_units,
          .active_units = day.active_units,
          .sessions = day.sessions,
          .requests = day.requests,
          .latency_ms = day.latency_ms,
          .latency_p95_ms = order_statistic(day.latencies_ms, kLatencyLevel)};
}

std::vector<VariantCounts> TrafficCounter::run() && {
  count_active_units();
  count_positions();
  std::size_t days = 0;
  for (const Variant& variant : variants_) days = std::max(days, variant.days.size());
  std::vector<VariantCounts> traffic;
  for (Variant& variant : variants_) {
    VariantCounts& one = traffic.emplace_back();
    one.variant = std::move(variant.key);
    variant.days.resize(days);
    for (std::size_t day = 0; day < days; ++day) {
      const Timestamp midnight{(first_day_ + static_cast<std::int64_t>(day)) * kMsPerDay};
      one.days.push_back(summary_of(std::move(variant.days[day]), midnight));
    }
    std::ranges::sort(variant.answers, [](const Answers& a, const Answers& b) {
      return a.answers != b.answers ? a.answers > b.answers : a.recommender < b.recommender;
    });
    one.answers = std::move(variant.answers);
    one.positions = std::move(variant.positions);
  }
  return traffic;
}

}  // namespace crossfade::storage
