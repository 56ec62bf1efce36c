#include "platform/storage/contract/unit_deviations.h"

#include <cmath>
#include <optional>
#include <utility>

#include "platform/stats/ratios/ratio_jackknife.h"

namespace crossfade::storage {

namespace {

using Values = stats::MetricMoments::Values;

std::optional<stats::RatioJackknife> jackknife_of(const stats::MetricMoments& ratio) {
  const double n = static_cast<double>(ratio.n());
  const double denominators = n * ratio.mean(1);
  if (!(denominators > 0)) return std::nullopt;
  return stats::RatioJackknife(ratio.mean(0) / ratio.mean(1), denominators,
                               ratio.c2(1, 1) + denominators * ratio.mean(1));
}

class Deviations {
 public:
  Deviations(const UnitTable& table, ExperimentAggregate& summary) : table_(table), summary_(summary) {
    for (VariantAggregate& variant : summary.variants) {
      variant.third.resize(table.metrics.size());
      samples_.push_back(&variant);
    }
    for (auto* const groupings : {&summary.dimensions, &summary.overlaps}) {
      for (GroupingAggregate& grouping : *groupings) {
        for (LevelAggregate& level : grouping.levels) {
          for (VariantAggregate& variant : level.variants) samples_.push_back(&variant);
        }
      }
    }
    jackknives_.resize(table.metrics.size());
    for (std::size_t metric = 0; metric < table.metrics.size(); ++metric) {
      if (table.metrics[metric].type != MetricType::ratio) continue;
      for (const VariantAggregate* sample : samples_) {
        jackknives_[metric].push_back(jackknife_of(sample->metrics[metric].moments));
      }
    }
  }

  void run() {
    for (std::size_t unit = 0; unit < table_.units.size(); ++unit) {
      if (table_.variant[unit] == UnitTable::kSeveral) continue;
      for (std::size_t metric = 0; metric < table_.metrics.size(); ++metric) {
        if (const auto values = values_of(unit, metric)) add(unit, metric, *values);
      }
    }
    for (std::size_t metric = 0; metric < jackknives_.size(); ++metric) {
      for (std::size_t i = 0; i < jackknives_[metric].size(); ++i) finish(metric, i);
    }
  }

  // After run().
  void add_covariances(const std::vector<std::size_t>& metrics) {
    for (VariantAggregate& variant : summary_.variants) {
      variant.covariances.push_back(
          {.metrics = metrics,
           .between = std::vector<std::vector<double>>(metrics.size(), std::vector<double>(metrics.size()))});
    }
    std::vector<std::pair<std::size_t, double>> shares;  // of one unit, by place in the set
    for (std::size_t unit = 0; unit < table_.units.size(); ++unit) {
      if (table_.variant[unit] == UnitTable::kSeveral) continue;
      const auto variant = static_cast<std::size_t>(table_.variant[unit]);
      shares.clear();
      for (std::size_t i = 0; i < metrics.size(); ++i) {
        if (const auto values = values_of(unit, metrics[i])) {
          shares.emplace_back(i, share_of(metrics[i], variant, *values));
        }
      }
      auto& between = summary_.variants[variant].covariances.back().between;
      for (const auto& [i, a] : shares) {
        for (const auto& [j, b] : shares) between[i][j] += a * b;
      }
    }
  }

 private:
  std::optional<Values> values_of(std::size_t unit, std::size_t metric) const {
    return counted_values(table_, table_.metrics[metric], unit, summary_.limits[metric]);
  }

  void add(std::size_t unit, std::size_t metric, const Values& values) {
    const auto variant = static_cast<std::size_t>(table_.variant[unit]);
    const stats::MetricMoments& moments = summary_.variants[variant].metrics[metric].moments;
    Values deviations{};
    for (std::size_t i = 0; i < values.size(); ++i) deviations[i] = values[i] - moments.mean(i);
    summary_.variants[variant].third[metric].add(deviations);
    if (jackknives_[metric].empty()) return;
    const stats::RatioGroup group{.denominator = values[1], .numerators = stats::Moments(1, values[0], 0)};
    const auto leave_out = [&](std::size_t sample) {
      if (auto& jackknife = jackknives_[metric][sample]) jackknife->add(group);
    };
    leave_out(variant);
    std::size_t first = table_.variants.size();
    for (const auto* const groupings : {&table_.dimensions, &table_.overlaps}) {
      for (const Grouping& grouping : *groupings) {
        const std::int32_t level = grouping.level[unit];
        if (level >= 0) {
          leave_out(first + static_cast<std::size_t>(level) * table_.variants.size() + variant);
        }
        first += grouping.levels.size() * table_.variants.size();
      }
    }
  }

  void finish(std::size_t metric, std::size_t sample) {
    auto& jackknife = jackknives_[metric][sample];
    if (!jackknife) return;
    const auto estimate = jackknife->estimate();
    if (!estimate && estimate.reason() == stats::Undefined::invalid_input) {
      jackknife = std::nullopt;
      return;
    }
    MetricAggregate& aggregate = samples_[sample]->metrics[metric];
    const double ratio = aggregate.moments.mean(0) / aggregate.moments.mean(1);
    aggregate.jackknife = estimate ? *estimate : stats::VariantEstimate{.value = ratio, .variance = 0, .dof = 0};
  }

  // What a unit adds to the error of its variant's value. Their squares sum up to the value's variance.
  double share_of(std::size_t metric, std::size_t variant, const Values& values) const {
    const stats::MetricMoments& moments = summary_.variants[variant].metrics[metric].moments;
    const double n = static_cast<double>(moments.n());
    if (n < 2) return 0;
    switch (table_.metrics[metric].type) {
      case MetricType::ratio:
        if (const auto& jackknife = jackknives_[metric][variant]) return jackknife->share_of(values[0], values[1]);
        if (moments.mean(1) == 0) return 0;
        return (values[0] - moments.mean(0) / moments.mean(1) * values[1]) / moments.mean(1) / std::sqrt(n * (n - 1));
      case MetricType::mean:
        return (values[0] - moments.mean(0)) / std::sqrt(n * (n - 1));
      case MetricType::proportion:
      case MetricType::retention:
        return (values[0] - moments.mean(0)) / n;  // p (1 - p) / n has no n - 1
      case MetricType::quantile:
        break;
    }
    return 0;
  }

  const UnitTable& table_;
  ExperimentAggregate& summary_;
  std::vector<VariantAggregate*> samples_;  // variants, then those of each grouping's levels
  std::vector<std::vector<std::optional<stats::RatioJackknife>>> jackknives_;  // of ratios: of each sample
};

}  // namespace

void add_deviations(const UnitTable& table, std::span<const std::vector<std::size_t>> together,
                    ExperimentAggregate& summary) {
  Deviations deviations(table, summary);
  deviations.run();
  for (const std::vector<std::size_t>& metrics : together) deviations.add_covariances(metrics);
}

}  // namespace crossfade::storage
