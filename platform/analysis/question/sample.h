#pragma once

#include <optional>
#include <span>
#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/core/metric.h"
#include "platform/stats/counts/proportion.h"
#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"
#include "platform/stats/moments/third_moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// A metric of one variant in the shape that tests take: as if it were a mean over units.
struct Sample {
  MetricType type = MetricType::mean;
  // Of a ratio by the jackknife: of Kish's effective number of units, with the variance of the ratio that is theirs.
  stats::Result<stats::Moments> moments = stats::Undefined::insufficient_data;
  std::int64_t n = 0;  // units that have a value
  std::optional<double> standard_deviation =
      std::nullopt;                                    // of the units' values, of ratios linearised; none of quantiles
  std::optional<stats::Trials> trials = std::nullopt;  // of proportions and retention
  // Of means and ratios, in the layout of MetricAggregate; of ratios with the error and the number of `moments`.
  stats::MetricMoments history = {};
  bool has_history = false;                    // somebody was seen before the experiment
  stats::MetricMoments units = {};             // of means and ratios, as they are
  std::vector<std::vector<double>> rows = {};  // where there are several covariates: outcome, then these, of each unit
  std::vector<stats::BlockSums> blocks = {};   // where units were measured in blocks
  std::optional<stats::ThirdMoments<4>> third = std::nullopt;  // what is skew about them, where that is known
};

// `alpha` is that of an interval from which the error of a quantile is told, and which it depends on a little.
Sample sample_of(const MetricDefinition& metric, const storage::MetricAggregate& aggregate, double alpha);
// Of each variant, at the metric's position in the query.
std::vector<Sample> samples_of(std::span<const VariantData> variants, const MetricDefinition& metric,
                               std::size_t position, double alpha);
// As if a variant had whole units with this error and these degrees of freedom: whatever takes moments - tests, lifts,
// sequences, guardrails - then has them.
stats::Moments moments_of(const stats::VariantEstimate& estimate);
// Without history.
Sample sample_of(const stats::Moments& moments);

}  // namespace crossfade::analysis
