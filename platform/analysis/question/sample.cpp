#include "platform/analysis/question/sample.h"

#include <cmath>

#include "platform/stats/quantiles/quantile_raw.h"
#include "platform/stats/ratios/ratio.h"

namespace crossfade::analysis {

namespace {

// Counts and times on a grid have ties; and an interval that ends at the largest value says less than it seems to.
constexpr stats::QuantileOptions kQuantiles{.ties = stats::Ties::mid, .clamp = false};

Sample sample_of_quantile(const MetricDefinition& metric, const storage::MetricAggregate& aggregate, double alpha) {
  Sample sample;
  sample.type = MetricType::quantile;
  sample.n = static_cast<std::int64_t>(aggregate.events.size());
  sample.moments = stats::quantile_moments(aggregate.events, metric.quantile, alpha, kQuantiles);
  return sample;
}

// The units' moments on the scale of `to`, so that what history takes away is taken from the error that stands there.
stats::MetricMoments rescaled(const stats::MetricMoments& units, const stats::Moments& from, const stats::Moments& to) {
  if (!(from.m2() > 0)) return units;
  const double scale = to.m2() / from.m2();
  stats::MetricMoments::Values means{};
  stats::MetricMoments::Matrix c2{};
  for (std::size_t i = 0; i < means.size(); ++i) {
    means[i] = units.mean(i);
    for (std::size_t j = 0; j < means.size(); ++j) c2[i][j] = scale * units.c2(i, j);
  }
  return {to.n(), means, c2};
}

Sample sample_of_ratio(const storage::MetricAggregate& aggregate) {
  const stats::MetricMoments& all = aggregate.moments;
  Sample sample;
  sample.type = MetricType::ratio;
  sample.n = all.n();
  sample.moments = stats::ratio_moments(
      {all.n(), {all.mean(0), all.mean(1)}, {{{all.c2(0, 0), all.c2(0, 1)}, {all.c2(1, 0), all.c2(1, 1)}}}});
  sample.history = all;
  sample.units = all;
  // A covariate that is no ratio itself has a denominator of 1 wherever it is known.
  sample.has_history = all.c2(2, 2) > 0 || all.c2(3, 3) > 0;
  if (!sample.moments) return sample;
  if (sample.n > 1) sample.standard_deviation = std::sqrt(sample.moments->variance());
  if (!aggregate.jackknife) return sample;
  // Of Kish's effective number of units, whole ones, with the error that the jackknife finds.
  const stats::Moments jackknife = moments_of(*aggregate.jackknife);
  sample.history = rescaled(all, *sample.moments, jackknife);
  sample.moments = jackknife;
  return sample;
}

// Outcome and covariates; of a ratio the outcome is what a unit adds to it, to first order.
std::vector<std::vector<double>> rows_of(const storage::MetricAggregate& aggregate, MetricType type) {
  std::vector<std::vector<double>> rows;
  rows.reserve(aggregate.rows.size());
  const double denominator = type == MetricType::ratio ? aggregate.moments.mean(1) : 1;
  const double ratio = aggregate.moments.mean(0) / denominator;
  for (const std::vector<double>& values : aggregate.rows) {
    std::vector<double>& row = rows.emplace_back(values.begin() + 1, values.end());
    row.front() = type == MetricType::ratio ? ratio + (values[0] - ratio * values[1]) / denominator : values[0];
  }
  return rows;
}

Sample sample_of_units(const MetricDefinition& metric, const storage::MetricAggregate& aggregate) {
  const stats::MetricMoments& all = aggregate.moments;
  if (metric.type == MetricType::ratio) return sample_of_ratio(aggregate);
  Sample sample = sample_of(all.marginal(0));
  sample.type = metric.type;
  sample.history = all;
  sample.has_history = all.c2(1, 1) > 0;
  if (metric.type == MetricType::mean) {
    sample.units = all;
  } else {
    const double successes = std::round(all.mean(0) * static_cast<double>(all.n()));
    sample.trials = stats::Trials{.n = all.n(), .successes = static_cast<std::int64_t>(successes)};
    if (const auto moments = stats::proportion_moments(*sample.trials)) sample.moments = moments;
  }
  return sample;
}

}  // namespace

stats::Moments moments_of(const stats::VariantEstimate& estimate) {
  const auto n = static_cast<std::int64_t>(estimate.dof + 1);
  const double units = static_cast<double>(n);
  return {n, estimate.value, estimate.variance * units * (units - 1)};
}

Sample sample_of(const stats::Moments& moments) {
  Sample sample;
  sample.n = moments.n();
  sample.moments = moments;
  if (moments.n() > 1) sample.standard_deviation = std::sqrt(moments.variance());
  return sample;
}

Sample sample_of(const MetricDefinition& metric, const storage::MetricAggregate& aggregate, double alpha) {
  if (metric.type == MetricType::quantile) return sample_of_quantile(metric, aggregate, alpha);
  Sample sample = sample_of_units(metric, aggregate);
  sample.rows = rows_of(aggregate, metric.type);
  sample.blocks = aggregate.blocks;
  return sample;
}

std::vector<Sample> samples_of(std::span<const VariantData> variants, const MetricDefinition& metric,
                               std::size_t position, double alpha) {
  std::vector<Sample> samples;
  samples.reserve(variants.size());
  for (const VariantData& variant : variants) samples.push_back(sample_of(metric, variant.metrics[position], alpha));
  return samples;
}

}  // namespace crossfade::analysis
