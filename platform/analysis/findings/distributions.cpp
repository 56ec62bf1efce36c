#include "platform/analysis/findings/distributions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/question/metric_set.h"
#include "platform/analysis/question/sample.h"
#include "platform/stats/moments/linear_quantile.h"
#include "platform/stats/quantiles/quantile_raw.h"

namespace crossfade::analysis {

namespace {

constexpr std::array kLevels{0.1, 0.25, 0.5, 0.75, 0.9};
constexpr double kMostBins = 30;           // of nearly all sessions
constexpr double kNearlyAll = 0.995;       // beyond this quantile everything falls in the last bin
constexpr std::size_t kMostSessions = 30;  // of a unit that are told apart

// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= least) return step * power;
  }
  return 10 * power;
}

// The times of all sessions together.
std::vector<double> flat(const std::vector<std::vector<double>>& units) {
  std::vector<double> all;
  for (const auto& of_unit : units) all.insert(all.end(), of_unit.begin(), of_unit.end());
  return all;
}

std::vector<double> edges_of(const std::vector<std::vector<double>>& variants) {
  std::vector<double> all = flat(variants);
  if (all.empty()) return {};
  const double most = stats::linear_quantile(all, kNearlyAll);
  if (most <= 0) return {0, 1};
  const double step = round_step(most / kMostBins);
  std::vector<double> edges{0};
  while (edges.back() < most) edges.push_back(step * static_cast<double>(edges.size()));
  return edges;
}

std::vector<std::int64_t> histogram(const std::vector<double>& times, const std::vector<double>& edges) {
  std::vector<std::int64_t> counts(edges.empty() ? 0 : edges.size() - 1);
  for (const double time : times) {
    const auto above = std::ranges::upper_bound(edges, time) - edges.begin();
    const auto bin = std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(counts.size()) - 1);
    ++counts[static_cast<std::size_t>(bin)];
  }
  return counts;
}

SessionTimes session_times(const VariantData& variant, std::vector<double> times, const std::vector<double>& edges) {
  SessionTimes result{.variant = variant.key,
                      .sessions = static_cast<std::int64_t>(times.size()),
                      .mean = std::nullopt,
                      .counts = histogram(times, edges),
                      .quantiles = {}};
  if (!times.empty()) {
    result.mean = std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
  }
  std::ranges::sort(times);
  for (const double level : kLevels) {
    SessionQuantile& quantile = result.quantiles.emplace_back(SessionQuantile{.level = level, .value = std::nullopt});
    if (!times.empty()) quantile.value = stats::mid_quantile(times, level);
  }
  return result;
}

// The quantiles' samples of one variant, a level each.
std::vector<Sample> samples_of(const storage::MetricAggregate& aggregate, double alpha) {
  std::vector<Sample> samples;
  for (const double level : kLevels) {
    MetricDefinition metric = session_time_metric();
    metric.quantile = level;
    samples.push_back(sample_of(metric, aggregate, alpha));
  }
  return samples;
}

QuantileEffects effects_of(const std::string& variant, const std::vector<Sample>& control,
                           const std::vector<Sample>& treatment, double confidence_level) {
  QuantileEffects effects{.variant = variant, .quantiles = {}};
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    const Comparison comparison = compare(control[i], treatment[i], {.confidence_level = confidence_level});
    QuantileEffect& effect = effects.quantiles.emplace_back();
    effect.level = kLevels[i];
    effect.effect = comparison.effect;
    effect.standard_error = comparison.standard_error;
    effect.p_value = comparison.p_value;
    effect.interval = comparison.interval;
    if (!comparison.interval) effect.reason = comparison.reason;
  }
  return effects;
}

SessionsPerUnit sessions_per_unit(const VariantData& variant, std::size_t position, std::size_t most) {
  SessionsPerUnit result{.variant = variant.key, .units = variant.units, .mean = std::nullopt, .counts = {}};
  result.counts.resize(most + 1);
  std::size_t sessions = 0;
  const auto& units = variant.metrics[position].events;
  for (const auto& times : units) {
    ++result.counts[std::min(times.size(), most)];
    sessions += times.size();
  }
  result.counts[0] = variant.units - static_cast<std::int64_t>(units.size());
  if (variant.units > 0) result.mean = static_cast<double>(sessions) / static_cast<double>(variant.units);
  return result;
}

}  // namespace

Distributions distributions_of(const ExperimentData& data, std::size_t position, double confidence_level) {
  Distributions result;
  std::vector<std::vector<double>> times;
  std::size_t most_sessions = 1;
  for (const VariantData& variant : data.variants) {
    times.push_back(flat(variant.metrics[position].events));
    for (const auto& of_unit : variant.metrics[position].events)
      most_sessions = std::max(most_sessions, of_unit.size());
  }
  result.edges = edges_of(times);
  most_sessions = std::min(most_sessions, kMostSessions);
  std::vector<Sample> control;
  for (std::size_t i = 0; i < data.variants.size(); ++i) {
    const VariantData& variant = data.variants[i];
    result.session_time.push_back(session_times(variant, std::move(times[i]), result.edges));
    result.sessions_per_unit.push_back(sessions_per_unit(variant, position, most_sessions));
    std::vector<Sample> samples = samples_of(variant.metrics[position], 1 - confidence_level);
    if (i == 0) {
      control = std::move(samples);
    } else {
      result.comparisons.push_back(effects_of(variant.key, control, samples, confidence_level));
    }
  }
  return result;
}

}  // namespace crossfade::analysis
