#include "platform/calibration/rerandomise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <future>

#include "platform/analysis/findings/compare.h"
#include "platform/analysis/question/sample.h"
#include "platform/assignment/hash.h"
#include "platform/calibration/trust.h"
#include "platform/stats/counts/srm.h"

namespace crossfade::calibration {

namespace {

using stats::MetricMoments;

// The units that have a value of a metric.
struct Values {
  std::vector<std::size_t> unit;
  std::vector<MetricMoments::Values> numbers;  // within the limits of winsorised metrics
  std::vector<std::vector<double>> events;     // of quantiles, instead
};

Values values_of(const storage::UnitTable& table, const storage::MetricColumns& metric) {
  Values values;
  const storage::MetricLimits limits = storage::limits_of(table, metric);
  for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
    if (table.variant[unit] == storage::UnitTable::kSeveral) continue;
    if (metric.type == MetricType::quantile) {
      if (table.events[metric.events][unit].empty()) continue;
      values.unit.push_back(unit);
      values.events.push_back(table.events[metric.events][unit]);
    } else if (auto numbers = storage::unit_values(table, metric, unit)) {
      if (limits.lower) (*numbers)[0] = std::max((*numbers)[0], *limits.lower);
      if (limits.upper) (*numbers)[0] = std::min((*numbers)[0], *limits.upper);
      values.unit.push_back(unit);
      values.numbers.push_back(*numbers);
    }
  }
  return values;
}

std::optional<double> skewness_of(const Values& values) {
  stats::Moments moments;
  for (const auto& numbers : values.numbers) moments.add(numbers[0]);
  if (moments.n() < 3 || !(moments.variance() > 0)) return std::nullopt;
  const double sd = std::sqrt(moments.variance());
  double cubes = 0;
  for (const auto& numbers : values.numbers) cubes += std::pow((numbers[0] - moments.mean()) / sd, 3);
  return cubes / static_cast<double>(moments.n());
}

// What all splits of a metric added up to.
struct Counts {
  Rate false_positives;
  Rate coverage;
  std::vector<Rate> injected;
  Rate cuped;

  void add(const Counts& other) {
    false_positives.add(other.false_positives);
    coverage.add(other.coverage);
    for (std::size_t i = 0; i < injected.size(); ++i) injected[i].add(other.injected[i]);
    cuped.add(other.cuped);
  }
};

struct AllCounts {
  Rate mismatches;
  std::vector<Counts> metrics;

  void add(const AllCounts& other) {
    mismatches.add(other.mismatches);
    for (std::size_t i = 0; i < metrics.size(); ++i) metrics[i].add(other.metrics[i]);
  }
};

enum class Side : std::uint8_t { none, control, treatment };

// Of a proportion no value can be raised by a little.
bool takes_effects(MetricType type) {
  return type == MetricType::mean || type == MetricType::ratio || type == MetricType::quantile;
}

// With `effect` on every unit: the value raised by it, of a ratio the numerator by it for each 1 of the denominator.
MetricMoments raised(const MetricMoments& moments, MetricType type, double effect) {
  const double of_denominator = type == MetricType::ratio ? effect : 0;
  MetricMoments::Values means{};
  MetricMoments::Matrix c2{};
  for (std::size_t i = 0; i < means.size(); ++i) {
    means[i] = moments.mean(i);
    for (std::size_t j = 0; j < means.size(); ++j) {
      c2[i][j] = moments.c2(i, j);
      if (i == 0) c2[i][j] += of_denominator * moments.c2(1, j);
      if (j == 0) c2[i][j] += of_denominator * moments.c2(i, 1);
      if (i == 0 && j == 0) c2[i][j] += of_denominator * of_denominator * moments.c2(1, 1);
    }
  }
  means[0] += type == MetricType::ratio ? effect * moments.mean(1) : effect;
  return {moments.n(), means, c2};
}

storage::MetricAggregate raised(const storage::MetricAggregate& aggregate, MetricType type, double effect) {
  storage::MetricAggregate result{.moments = raised(aggregate.moments, type, effect), .events = aggregate.events};
  for (auto& events : result.events) {
    for (double& value : events) value += effect;
  }
  return result;
}

bool covers(const analysis::Interval& interval, double value) {
  return interval.lower <= value && value <= interval.upper;
}

class Splits {
 public:
  Splits(const storage::UnitTable& table, const std::vector<MetricDefinition>& metrics,
         const RerandomiseOptions& options)
      : table_(table), metrics_(metrics), options_(options) {
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      values_.push_back(values_of(table, table.metrics[i]));
      storage::MetricAggregate all;
      for (const auto& numbers : values_[i].numbers) all.moments.add(numbers);
      all.events = values_[i].events;
      const analysis::Sample sample = analysis::sample_of(metrics[i], all, alpha());
      means_.push_back(sample.moments ? sample.moments->mean() : 0);
    }
  }

  const Values& values(std::size_t metric) const { return values_[metric]; }

  AllCounts run(int first, int last) const {
    AllCounts counts = none();
    for (int replication = first; replication < last; ++replication) {
      const std::vector<Side> sides = split(replication, counts.mismatches);
      for (std::size_t i = 0; i < metrics_.size(); ++i) count(i, sides, counts.metrics[i]);
    }
    return counts;
  }

  AllCounts none() const {
    AllCounts counts;
    counts.metrics.resize(metrics_.size());
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      if (takes_effects(metrics_[i].type)) counts.metrics[i].injected.resize(options_.lifts.size());
    }
    return counts;
  }

 private:
  std::vector<Side> split(int replication, Rate& mismatches) const {
    constexpr double buckets = assignment::kBuckets;
    const double control_end = options_.control_share * buckets;
    const double treatment_begin = buckets - options_.treatment_share * buckets;
    const assignment::Fnv1a32 seeded =
        assignment::Fnv1a32().add(fmt::format("calibrate-{}-{}", options_.seed, replication));
    std::vector<Side> sides(table_.units.size(), Side::none);
    std::array<std::int64_t, 2> sizes{};
    for (std::size_t unit = 0; unit < sides.size(); ++unit) {
      if (table_.variant[unit] == storage::UnitTable::kSeveral) continue;
      const double bucket = assignment::bucket_of(seeded, table_.units[unit].value);
      if (bucket < control_end) {
        sides[unit] = Side::control;
        ++sizes[0];
      } else if (bucket >= treatment_begin) {
        sides[unit] = Side::treatment;
        ++sizes[1];
      }
    }
    const std::array<double, 2> shares{options_.control_share, options_.treatment_share};
    if (const auto srm = stats::srm(sizes, shares)) mismatches.add(srm->p_value < alpha());
    return sides;
  }

  double alpha() const { return 1 - options_.confidence_level; }

  void count(std::size_t metric, const std::vector<Side>& sides, Counts& counts) const {
    const Values& values = values_[metric];
    storage::MetricAggregate control, treatment;
    for (std::size_t i = 0; i < values.unit.size(); ++i) {
      const Side side = sides[values.unit[i]];
      if (side == Side::none) continue;
      storage::MetricAggregate& aggregate = side == Side::control ? control : treatment;
      if (values.events.empty()) {
        aggregate.moments.add(values.numbers[i]);
      } else {
        aggregate.events.push_back(values.events[i]);
      }
    }
    const analysis::Sample untreated = analysis::sample_of(metrics_[metric], control, alpha());
    const auto compared = [&](const storage::MetricAggregate& aggregate) {
      return analysis::compare(
          untreated, analysis::sample_of(metrics_[metric], aggregate, alpha()),
          {.confidence_level = options_.confidence_level, .direction = metrics_[metric].direction});
    };
    const analysis::Comparison comparison = compared(treatment);
    if (comparison.p_value) counts.false_positives.add(*comparison.p_value < alpha());
    if (comparison.lift_interval) counts.coverage.add(covers(*comparison.lift_interval, 0));
    if (comparison.adjusted && comparison.adjusted->p_value) {
      counts.cuped.add(*comparison.adjusted->p_value < alpha());
    }
    for (std::size_t i = 0; i < counts.injected.size(); ++i) {
      const double effect = options_.lifts[i] * std::abs(means_[metric]);
      const auto lifted = compared(raised(treatment, metrics_[metric].type, effect));
      if (lifted.lift_interval) counts.injected[i].add(covers(*lifted.lift_interval, options_.lifts[i]));
    }
  }

  const storage::UnitTable& table_;
  const std::vector<MetricDefinition>& metrics_;
  const RerandomiseOptions& options_;
  std::vector<Values> values_;
  std::vector<double> means_;  // of each metric, over all units
};

AllCounts run(const Splits& splits, const RerandomiseOptions& options) {
  const int threads = std::max(1, options.threads);
  const auto begin = [&](int part) { return static_cast<int>(std::int64_t{options.replications} * part / threads); };
  std::vector<std::future<AllCounts>> parts;
  for (int part = 0; part < threads; ++part) {
    parts.push_back(std::async(std::launch::async, [&splits, first = begin(part), last = begin(part + 1)] {
      return splits.run(first, last);
    }));
  }
  AllCounts counts = splits.none();
  for (auto& part : parts) counts.add(part.get());
  return counts;
}

}  // namespace

Calibration rerandomise(const storage::UnitTable& table, const std::vector<MetricDefinition>& metrics,
                        const RerandomiseOptions& options) {
  const Splits splits(table, metrics, options);
  const AllCounts counts = run(splits, options);
  Calibration calibration{.experiment = table.experiment,
                          .replications = options.replications,
                          .alpha = 1 - options.confidence_level,
                          .control_share = options.control_share,
                          .treatment_share = options.treatment_share,
                          .mismatches = counts.mismatches,
                          .metrics = {}};
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    MetricCalibration& result = calibration.metrics.emplace_back();
    result.metric = metrics[i].name;
    result.units = static_cast<std::int64_t>(splits.values(i).unit.size());
    if (metrics[i].type == MetricType::mean) result.skewness = skewness_of(splits.values(i));
    result.false_positives = counts.metrics[i].false_positives;
    result.coverage = counts.metrics[i].coverage;
    for (std::size_t k = 0; k < counts.metrics[i].injected.size(); ++k) {
      if (counts.metrics[i].injected[k].of == 0) continue;
      result.injected.push_back({.lift = options.lifts[k], .covered = counts.metrics[i].injected[k]});
    }
    if (counts.metrics[i].cuped.of > 0) result.cuped_false_positives = counts.metrics[i].cuped;
    judge(result, calibration);
  }
  return calibration;
}

}  // namespace crossfade::calibration
