#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/interval.h"
#include "platform/storage/contract/traffic.h"

// What listeners did and who answered them: parts of a Report that explain it, there only where they were asked for.
namespace crossfade::analysis {

// A level of a quantile, 0 < level < 1, of all ended sessions of a variant.
struct SessionQuantile {
  double level = 0.5;
  std::optional<double> value;  // in track lengths
};

struct SessionTimes {
  std::string variant;
  std::int64_t sessions = 0;
  std::optional<double> mean;        // over sessions, not over units
  std::vector<std::int64_t> counts;  // of the sessions in each bin
  std::vector<SessionQuantile> quantiles;
};

// Treatment - control at one level, in track lengths.
struct QuantileEffect {
  double level = 0.5;
  std::optional<double> effect;
  std::optional<double> standard_error;  // with units as clusters
  std::optional<Interval> interval;
  std::optional<double> p_value;
  std::string reason;
};

struct QuantileEffects {
  std::string variant;
  std::vector<QuantileEffect> quantiles;
};

struct SessionsPerUnit {
  std::string variant;
  std::int64_t units = 0;
  std::optional<double> mean;
  std::vector<std::int64_t> counts;  // [k]: units with k ended sessions; the last one: that many or more
};

struct Distributions {
  // Bins are [edge, next edge); the last one also holds what is above. One more than counts.
  std::vector<double> edges;
  std::vector<SessionTimes> session_time;    // control first
  std::vector<QuantileEffects> comparisons;  // of the treatments, in the same order
  std::vector<SessionsPerUnit> sessions_per_unit;
};

struct AnswerShare {
  std::string recommender;  // who really chose; "": the log does not say
  std::int64_t answers = 0;
  double share = 0;
};

// What was played at one place in a session.
struct PositionShare {
  std::int64_t playbacks = 0;
  std::optional<double> skipped;                 // share of which less than storage::kSkipThreshold was heard
  std::optional<double> skipped_standard_error;  // with units as clusters
  std::optional<Interval> skipped_interval;      // normal, within 0 and 1
  std::optional<double> listened;                // mean fraction
  std::optional<double> listened_standard_error;
  std::optional<Interval> listened_interval;
};

struct VariantTraffic {
  std::string variant;
  std::string recommender;               // as configured; "": nobody configured one
  std::vector<AnswerShare> answers;      // most first
  std::optional<double> fallback_share;  // of answers whose recommender is known: not by the variant's own
  std::string reason;
  std::vector<storage::DayTraffic> days;  // the same days in all variants
  std::vector<PositionShare> positions;   // in a session, from 0
};

}  // namespace crossfade::analysis
