#include "tests/platform/storage/memory_traffic.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace crossfade::storage {

namespace {

class Count {
 public:
  Count(const Facts& facts, const TrafficQuery& query) : facts_(facts), query_(query) {
    for (const Exposure& one : facts.exposures) {
      if (one.experiment != query.experiment || is_past_end(one.first_seen)) continue;
      if (one.version > version_) seen_.clear();
      version_ = std::max(version_, one.version);
      if (!is_over(one)) seen_[one.unit].push_back(&one);
    }
    for (const UnitId& unit : query.overridden) seen_.erase(unit);
  }

  Traffic run() {
    Traffic traffic{.version = std::max(version_, 1), .variants = {}};
    std::set<std::string> keys;
    for (const auto& [unit, exposures] : seen_) {
      for (const Exposure* one : exposures) keys.insert(one->variant);
    }
    for (const std::string& key : keys) traffic.variants.push_back(variant_of(key));
    std::size_t days = 0, positions = 0;
    for (const VariantCounts& variant : traffic.variants) {
      for (std::size_t i = 0; i < variant.days.size(); ++i) {
        const DayTraffic& day = variant.days[i];
        if (day.new_units > 0 || day.sessions > 0 || day.requests > 0) days = std::max(days, i + 1);
      }
      for (std::size_t i = 0; i < variant.positions.size(); ++i) {
        if (variant.positions[i].playbacks > 0) positions = std::max(positions, i + 1);
      }
    }
    for (VariantCounts& variant : traffic.variants) {
      variant.days.resize(days);
      variant.positions.resize(positions);
    }
    return traffic;
  }

 private:
  bool is_past_end(Timestamp time) const { return query_.until && time >= *query_.until; }

  // Does what happened to `unit` at `at` count for the variant?
  bool counts(const UnitId& unit, Timestamp at, const std::string& variant) const {
    const auto seen = seen_.find(unit);
    if (seen == seen_.end() || seen->second.size() > 1) return false;
    const Exposure& one = *seen->second.front();
    return one.variant == variant && at >= one.first_seen && (!one.last_seen || at <= *one.last_seen) &&
           !is_elsewhere(facts_, one.experiment, at);
  }

  VariantCounts variant_of(const std::string& key) const {
    VariantCounts variant{.variant = key, .days = {}, .answers = {}, .positions = {}};
    Timestamp first{seen_.begin()->second.front()->first_seen};
    Timestamp last = first;
    for (const auto& [unit, exposures] : seen_) {
      for (const Exposure* one : exposures) first = std::min(first, one->first_seen);
      for (const Exposure* one : exposures) last = std::max(last, one->first_seen);
    }
    for (const Session& session : facts_.sessions) last = std::max(last, session.started);
    for (const Playback& playback : facts_.playbacks) last = std::max(last, playback.at);
    for (std::int64_t day = utc_day(first); day <= utc_day(last); ++day) variant.days.push_back(day_of(key, day));
    count_answers(variant);
    for (std::size_t position = 0; position < kMostPositions; ++position) {
      variant.positions.push_back(position_of(key, static_cast<std::int32_t>(position)));
    }
    return variant;
  }

  DayTraffic day_of(const std::string& key, std::int64_t number) const {
    DayTraffic day{.day = {number * kMsPerDay}, .latency_ms = {}, .latency_p95_ms = std::nullopt};
    for (const auto& [unit, exposures] : seen_) {
      const Exposure& one = *exposures.front();
      if (exposures.size() == 1 && one.variant == key && utc_day(one.first_seen) == number) ++day.new_units;
    }
    std::set<UnitId> active;
    for (const Session& session : facts_.sessions) {
      if (is_past_end(session.ended) || utc_day(session.started) != number) continue;
      if (!counts(session.unit, session.started, key)) continue;
      ++day.sessions;
      active.insert(session.unit);
    }
    day.active_units = static_cast<std::int64_t>(active.size());
    std::vector<float> latencies;
    for (const Playback& playback : facts_.playbacks) {
      if (is_past_end(playback.at) || utc_day(playback.at) != number || !playback.recommended) continue;
      if (!counts(playback.unit, playback.at, key)) continue;
      ++day.requests;
      if (!playback.latency_ms) continue;
      day.latency_ms.add(*playback.latency_ms);
      latencies.push_back(static_cast<float>(*playback.latency_ms));
    }
    std::ranges::sort(latencies);
    const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(latencies.size()) * kLatencyLevel));
    if (!latencies.empty()) day.latency_p95_ms = latencies[rank - 1];
    return day;
  }

  void count_answers(VariantCounts& variant) const {
    std::map<std::string, std::int64_t> answers;
    for (const Playback& playback : facts_.playbacks) {
      if (is_past_end(playback.at) || !playback.recommended) continue;
      if (counts(playback.unit, playback.at, variant.variant)) ++answers[playback.recommended->recommender];
    }
    for (const auto& [recommender, n] : answers) variant.answers.push_back({.recommender = recommender, .answers = n});
    std::ranges::stable_sort(variant.answers, std::ranges::greater{}, &Answers::answers);
  }

  PositionTraffic position_of(const std::string& key, std::int32_t position) const {
    PositionTraffic traffic{};
    std::map<UnitId, stats::MetricMoments::Values> units;
    for (const Playback& playback : facts_.playbacks) {
      if (is_past_end(playback.at) || playback.position != position) continue;
      if (!counts(playback.unit, playback.at, key)) continue;
      ++traffic.playbacks;
      auto& unit = units[playback.unit];
      unit[0] += playback.fraction < kSkipThreshold ? 1 : 0;
      unit[1] += 1;
      unit[2] += playback.fraction;
    }
    for (const auto& [id, values] : units) traffic.units.add(values);
    return traffic;
  }

  const Facts& facts_;
  const TrafficQuery& query_;
  int version_ = 0;
  std::map<UnitId, std::vector<const Exposure*>> seen_;  // in the latest version
};

}  // namespace

Traffic traffic_of(const Facts& facts, const TrafficQuery& query) {
  return Count(facts, query).run();
}

}  // namespace crossfade::storage
