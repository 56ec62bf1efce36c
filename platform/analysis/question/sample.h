#pragma once

#include <optional>

#include "platform/core/metric.h"
#include "platform/stats/counts/proportion.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// A metric of one variant in the shape that tests take: as if it were a mean over units.
struct Sample {
  MetricType type = MetricType::mean;
  stats::Result<stats::Moments> moments = stats::Undefined::insufficient_data;
  std::int64_t n = 0;  // units that have a value
  std::optional<double> standard_deviation =
      std::nullopt;                                    // of the units' values, of ratios linearised; none of quantiles
  std::optional<stats::Trials> trials = std::nullopt;  // of proportions and retention
  stats::MetricMoments history = {};                   // of means and ratios, in the layout of MetricAggregate
  bool has_history = false;                            // somebody was seen before the experiment
};

// `alpha` is that of the intervals, which the error of a quantile depends on a little.
Sample sample_of(const MetricDefinition& metric, const storage::MetricAggregate& aggregate, double alpha);
// Without history.
Sample sample_of(const stats::Moments& moments);

}  // namespace crossfade::analysis
