#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/storage/contract/traffic.h"

namespace crossfade::storage {

// Counts the traffic of one experiment, whose units are numbered from 0. In which order it is added makes no difference
// but for rounding.
class TrafficCounter {
 public:
  // `variant`: of each unit, position in `variants`. Nothing that is added is earlier than `first_exposure`.
  TrafficCounter(std::vector<std::string> variants, std::vector<std::size_t> variant, Timestamp first_exposure);

  struct PlaybackFacts {
    Timestamp at;
    std::int64_t position = 0;  // in the session, from 0
    double fraction = 0;
    bool is_request = false;
    std::string_view recommender = {};  // of a request; "": not known
    double latency_ms = 0;              // of a request; NaN: not known
  };
  void add_exposure(std::size_t unit, Timestamp first_seen);
  void add_session(std::size_t unit, Timestamp started);
  void add_playback(std::size_t unit, const PlaybackFacts& playback);

  // Of the variants, in their order.
  std::vector<VariantCounts> run() &&;

 private:
  struct Day {
    std::int64_t new_units = 0;
    std::int64_t active_units = 0;
    std::int64_t sessions = 0;
    std::int64_t requests = 0;
    stats::Moments latency_ms;
    std::vector<float> latencies_ms;
  };
  struct UnitPosition {
    std::uint32_t playbacks = 0;
    std::uint32_t skipped = 0;
    double fractions = 0;
  };
  struct Variant {
    std::string key;
    std::vector<Day> days;
    std::vector<Answers> answers;
    std::vector<PositionTraffic> positions;
  };

  // Nothing for a time that is kMostDays away: no listener's.
  std::optional<std::size_t> day_of(Timestamp time) const;
  Day* day_of(std::size_t unit, Timestamp time);
  void count_answer(Variant& variant, std::string_view recommender);
  void count_active_units();
  void count_positions();
  static DayTraffic summary_of(Day day, Timestamp midnight);

  std::vector<Variant> variants_;
  std::vector<std::size_t> variant_;
  std::int64_t first_day_ = 0;                                   // days since 1970
  std::vector<std::pair<std::uint32_t, std::uint32_t>> active_;  // (unit, day), as often as there are sessions
  std::vector<UnitPosition> positions_;                          // units x kMostPositions
};

}  // namespace crossfade::storage
