#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/report/comparison.h"
#include "platform/analysis/report/interval.h"
#include "platform/core/metric.h"

// One metric of a Report: all variants, all comparisons, and what was asked for besides.
namespace crossfade::analysis {

enum class Role {
  primary,    // decides
  secondary,  // explains
  guardrail,  // must not get worse by more than its margin
  other,      // a standard metric that the experiment did not ask for
};
std::string_view to_string(Role role);

// Is the effect the same in every segment?
struct Heterogeneity {
  std::optional<double> q_statistic;
  std::optional<int> dof;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the dimensions
  std::optional<double> i_squared;
  std::string reason;
};

// A metric in the units of one level of a dimension.
struct SegmentComparison {
  std::string level;
  std::vector<VariantSummary> variants;  // control first
  std::vector<Comparison> comparisons;
};

struct MetricSegments {
  std::string dimension;
  std::int64_t without_value = 0;   // units in no level: nothing is known of them,
  std::int64_t several_values = 0;  // or more than one value is
  std::vector<SegmentComparison> levels;
  std::vector<Heterogeneity> heterogeneity;  // of each treatment
};

// The effect by days since each unit's first exposure, and its slope.
struct DailyEffect {
  int day = 0;  // from 0
  std::int64_t n = 0;
  std::optional<double> effect;
  std::optional<double> standard_error;
  std::optional<Interval> interval;
};

struct EffectByDay {
  std::string variant;
  std::vector<DailyEffect> days;
  std::optional<double> slope;  // in the metric's unit a day
  std::optional<double> slope_standard_error;
  std::optional<Interval> slope_interval;
  std::optional<double> p_value;
  std::string reason;
};

// Whether the effect changes with the days since exposure, over the first kTrendDays of them: what is shipped for good
// is not what the mean over these days says.
struct EffectTrend {
  std::string variant;
  std::optional<double> slope;  // in the metric's unit a day
  std::optional<double> slope_standard_error;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the treatments
  std::optional<DailyEffect> first;        // of the days that have an effect
  std::optional<DailyEffect> last;
  std::string reason;
};
inline constexpr int kTrendDays = 7;

struct MetricReport {
  std::string metric;
  MetricType type = MetricType::mean;
  Role role = Role::other;
  Direction direction = Direction::none;
  std::string unit;                      // of measurement, for people: "ms"
  std::string definition;                // one line
  std::string sql;                       // a SELECT over the store that gives n and mean; "" of tables
  std::optional<double> margin;          // of a guardrail: the relative loss that is still acceptable
  std::string adjustment;                // "holm", "benjamini_hochberg", "none"
  std::string note;                      // for people: "not measured"; mostly empty
  std::vector<VariantSummary> variants;  // control first
  std::vector<Comparison> comparisons;   // of the treatments, in the same order
  std::optional<double> lower_limit;     // of a winsorised metric: where values were cut off
  std::optional<double> upper_limit;
  std::int64_t limited = 0;              // units that were
  std::vector<MetricSegments> segments;  // by each dimension that was asked for
  std::vector<EffectByDay> by_day;       // of each treatment, where it was asked for
  std::vector<EffectTrend> trend;        // of each treatment; of a primary metric that can be told by days
};

}  // namespace crossfade::analysis
