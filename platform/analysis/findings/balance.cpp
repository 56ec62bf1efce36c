#include "platform/analysis/findings/balance.h"

#include <algorithm>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/question/sample.h"
#include "platform/stats/segments/homogeneity.h"

namespace crossfade::analysis {

std::optional<Balance> balance_of(const ExperimentData& data, const MetricDefinition& before, std::size_t position,
                                  int lookback_days, double confidence_level) {
  Balance balance;
  balance.metric = before.name;
  balance.lookback_days = lookback_days;
  std::vector<std::int64_t> with_history, units;
  std::vector<Sample> samples;
  for (const VariantData& variant : data.variants) {
    samples.push_back(sample_of(before, variant.metrics[position], 1 - confidence_level));
    VariantHistory& history = balance.variants.emplace_back();
    history.summary = summarise(samples.back());
    history.summary.variant = variant.key;
    const std::int64_t n = history.summary.n;
    if (variant.units > 0) history.share = static_cast<double>(n) / static_cast<double>(variant.units);
    with_history.push_back(n);
    units.push_back(variant.units);
  }
  if (std::ranges::count(with_history, 0) == std::ssize(with_history)) return std::nullopt;
  if (const auto test = stats::homogeneity(with_history, units)) balance.share_p_value = test->p_value;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const Comparison comparison = compare(samples[0], samples[i], {.confidence_level = confidence_level});
    balance.comparisons.push_back({.variant = data.variants[i].key,
                                   .effect = comparison.effect,
                                   .standard_error = comparison.standard_error,
                                   .interval = comparison.interval,
                                   .p_value = comparison.p_value,
                                   .reason = comparison.interval ? "" : comparison.reason});
  }
  return balance;
}

}  // namespace crossfade::analysis
