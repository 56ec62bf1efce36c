#include "platform/analysis/question/sample.h"

#include <cmath>

#include "platform/stats/quantiles/quantile_raw.h"
#include "platform/stats/ratios/ratio.h"

namespace crossfade::analysis {

namespace {

Sample sample_of_quantile(const MetricDefinition& metric, const storage::MetricAggregate& aggregate, double alpha) {
  Sample sample;
  sample.type = MetricType::quantile;
  sample.n = static_cast<std::int64_t>(aggregate.events.size());
  sample.moments = stats::quantile_moments(aggregate.events, metric.quantile, alpha);
  return sample;
}

}  // namespace

Sample sample_of(const stats::Moments& moments) {
  Sample sample;
  sample.n = moments.n();
  sample.moments = moments;
  if (moments.n() > 1) sample.standard_deviation = std::sqrt(moments.variance());
  return sample;
}

Sample sample_of(const MetricDefinition& metric, const storage::MetricAggregate& aggregate, double alpha) {
  if (metric.type == MetricType::quantile) return sample_of_quantile(metric, aggregate, alpha);
  const stats::MetricMoments& all = aggregate.moments;
  if (metric.type == MetricType::ratio) {
    Sample sample;
    sample.n = all.n();
    sample.moments = stats::ratio_moments(
        {all.n(), {all.mean(0), all.mean(1)}, {{{all.c2(0, 0), all.c2(0, 1)}, {all.c2(1, 0), all.c2(1, 1)}}}});
    if (sample.moments && sample.n > 1) sample.standard_deviation = std::sqrt(sample.moments->variance());
    sample.type = metric.type;
    sample.history = all;
    sample.has_history = all.c2(3, 3) > 0;
    return sample;
  }
  Sample sample = sample_of(all.marginal(0));
  sample.type = metric.type;
  if (metric.type == MetricType::mean) {
    sample.history = all;
    sample.has_history = all.c2(1, 1) > 0;
  } else {
    const double successes = std::round(all.mean(0) * static_cast<double>(all.n()));
    sample.trials = stats::Trials{.n = all.n(), .successes = static_cast<std::int64_t>(successes)};
    if (const auto moments = stats::proportion_moments(*sample.trials)) sample.moments = moments;
  }
  return sample;
}

}  // namespace crossfade::analysis
