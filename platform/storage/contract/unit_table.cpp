#include "platform/storage/contract/unit_table.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/moments/linear_quantile.h"
#include "platform/storage/contract/unit_deviations.h"

namespace crossfade::storage {

namespace {

constexpr std::size_t kNone = MetricColumns::kNone;

double part(const UnitTable& table, std::size_t unit, std::size_t column) {
  return column == kNone ? 0 : table.value(unit, column);
}

// NaN where there is none.
double quotient(const UnitTable& table, std::size_t unit, std::size_t numerator, std::size_t denominator) {
  const double value = table.value(unit, numerator);
  if (denominator == kNone) return value;
  const double by = table.value(unit, denominator);
  return by == 0 || !std::isfinite(by) ? std::numeric_limits<double>::quiet_NaN() : value / by;
}

// The upper one counts where they cross: a quantile of the data may lie above a fixed limit.
double limited(double value, const MetricLimits& limits) {
  if (limits.lower) value = std::max(value, *limits.lower);
  if (limits.upper) value = std::min(value, *limits.upper);
  return value;
}

std::optional<Timestamp> seen_by_a_hundredth(std::vector<Timestamp> first_seen) {
  if (first_seen.empty()) return std::nullopt;
  const auto hundredth = first_seen.begin() + static_cast<std::ptrdiff_t>(first_seen.size() / 100);
  std::ranges::nth_element(first_seen, hundredth, {}, &Timestamp::ms);
  return *hundredth;
}

class Summary {
 public:
  explicit Summary(const UnitTable& table) : table_(table) {
    answer_.experiment = table.experiment;
    answer_.version = table.version;
    answer_.overridden = table.overridden;
    answer_.first_exposure = table.first_exposure;
    answer_.exposed_from = seen_by_a_hundredth(table.first_seen);
    answer_.last_exposure = table.last_exposure;
    answer_.data_through = table.data_through;
    answer_.last_began = table.last_began;
    answer_.ended = table.ended;
    answer_.paused = table.paused;
    answer_.variants = empty_variants();
    for (const MetricColumns& metric : table.metrics) answer_.limits.push_back(limits_of(table, metric));
    answer_.dimensions = empty_groupings(table.dimensions);
    answer_.overlaps = empty_groupings(table.overlaps);
  }

  ExperimentAggregate run() && {
    for (std::size_t unit = 0; unit < table_.units.size(); ++unit) {
      if (table_.variant[unit] == UnitTable::kSeveral) {
        ++answer_.multiple_variants;
        continue;
      }
      count(unit);
      for (std::size_t metric = 0; metric < table_.metrics.size(); ++metric) add(unit, metric);
    }
    return std::move(answer_);
  }

 private:
  std::vector<VariantAggregate> empty_variants() const {
    std::vector<VariantAggregate> variants;
    for (const std::string& key : table_.variants) {
      variants.push_back({.variant = key, .metrics = std::vector<MetricAggregate>(table_.metrics.size())});
    }
    return variants;
  }
  std::vector<GroupingAggregate> empty_groupings(const std::vector<Grouping>& groupings) const {
    std::vector<GroupingAggregate> empty;
    for (const Grouping& grouping : groupings) {
      empty.push_back({.name = grouping.name, .levels = {}});
      for (const std::string& level : grouping.levels) {
        empty.back().levels.push_back({.level = level, .variants = empty_variants()});
      }
    }
    return empty;
  }

  // Calls `work` with the aggregate of the unit's variant in each level that it is in.
  template <class Work>
  void for_levels(std::size_t unit, std::size_t variant, Work work) {
    const auto visit = [&](const std::vector<Grouping>& groupings, std::vector<GroupingAggregate>& aggregates) {
      for (std::size_t i = 0; i < groupings.size(); ++i) {
        const std::int32_t level = groupings[i].level[unit];
        if (level >= 0) work(aggregates[i].levels[static_cast<std::size_t>(level)].variants[variant]);
      }
    };
    visit(table_.dimensions, answer_.dimensions);
    visit(table_.overlaps, answer_.overlaps);
  }

  void count(std::size_t unit) {
    const auto variant = static_cast<std::size_t>(table_.variant[unit]);
    ++answer_.variants[variant].units;
    for (std::size_t i = 0; i < table_.dimensions.size(); ++i) {
      const std::int32_t level = table_.dimensions[i].level[unit];
      if (level == Grouping::kNone) ++answer_.dimensions[i].without_value;
      if (level == Grouping::kSeveral) ++answer_.dimensions[i].several_values;
    }
    for_levels(unit, variant, [](VariantAggregate& level) { ++level.units; });
  }

  void add(std::size_t unit, std::size_t metric) {
    const MetricColumns& columns = table_.metrics[metric];
    const auto variant = static_cast<std::size_t>(table_.variant[unit]);
    if (columns.type == MetricType::quantile) {
      const std::vector<double>& events = table_.events[columns.events][unit];
      if (!events.empty()) answer_.variants[variant].metrics[metric].events.push_back(events);
      return;
    }
    if (columns.is_trials()) return add_trials(unit, metric, variant);
    const auto values = counted_values(table_, columns, unit, answer_.limits[metric]);
    if (!values) {
      if (is_implausible(columns, unit)) ++answer_.variants[variant].metrics[metric].implausible_units;
      return;
    }
    MetricAggregate& aggregate = answer_.variants[variant].metrics[metric];
    aggregate.moments.add(*values);
    if (!columns.covariates.empty()) {
      std::vector<double>& row = aggregate.rows.emplace_back(std::vector<double>{(*values)[0], (*values)[1]});
      for (const std::size_t covariate : columns.covariates) row.push_back(table_.value(unit, covariate));
    }
    add_to_block(unit, aggregate, {(*values)[0], columns.type == MetricType::ratio ? (*values)[1] : 1});
    for_levels(unit, variant, [&](VariantAggregate& level) { level.metrics[metric].moments.add(*values); });
  }

  // As so many zeros and ones, which their number and their mean say all of.
  void add_trials(std::size_t unit, std::size_t metric, std::size_t variant) {
    const double successes = table_.value(unit, table_.metrics[metric].numerator);
    const double trials = table_.value(unit, table_.metrics[metric].denominator);
    if (!std::isfinite(successes) || !std::isfinite(trials)) return;
    const double share = trials > 0 ? successes / trials : 0;
    const stats::MetricMoments moments(static_cast<std::int64_t>(trials), {share}, {{{successes * (1 - share)}}});
    const auto merge = [&](VariantAggregate& of) {
      MetricAggregate& aggregate = of.metrics[metric];
      aggregate.moments.merge(moments);
      aggregate.units_with_trials = aggregate.units_with_trials.value_or(0) + 1;
    };
    merge(answer_.variants[variant]);
    add_to_block(unit, answer_.variants[variant].metrics[metric], {successes, trials});
    for_levels(unit, variant, merge);
  }

  void add_to_block(std::size_t unit, MetricAggregate& aggregate, const stats::BlockSums& sums) {
    if (!table_.blocks || table_.blocks->level[unit] < 0) return;
    aggregate.blocks.resize(table_.blocks->levels.size());
    stats::BlockSums& block = aggregate.blocks[static_cast<std::size_t>(table_.blocks->level[unit])];
    block.numerator += sums.numerator;
    block.denominator += sums.denominator;
  }

  bool is_implausible(const MetricColumns& columns, std::size_t unit) const {
    return std::isinf(part(table_, unit, columns.numerator)) || std::isinf(part(table_, unit, columns.denominator));
  }

  const UnitTable& table_;
  ExperimentAggregate answer_;
};

}  // namespace

std::optional<stats::MetricMoments::Values> unit_values(const UnitTable& table, const MetricColumns& metric,
                                                        std::size_t unit) {
  if (metric.type == MetricType::quantile || metric.is_trials()) return std::nullopt;
  if (metric.type == MetricType::ratio) {
    const double numerator = table.value(unit, metric.numerator);
    const double denominator = table.value(unit, metric.denominator);
    if (!std::isfinite(numerator) || !std::isfinite(denominator)) return std::nullopt;
    const double numerator_before = part(table, unit, metric.numerator_before);
    const bool covariate = metric.numerator_before != kNone && metric.denominator_before == kNone;
    const double denominator_before = covariate ? 1 : part(table, unit, metric.denominator_before);
    const bool known = std::isfinite(numerator_before) && std::isfinite(denominator_before);
    return {{numerator, denominator, known ? numerator_before : 0, known ? denominator_before : 0}};
  }
  const double value = quotient(table, unit, metric.numerator, metric.denominator);
  if (!std::isfinite(value)) return std::nullopt;
  const double counted = metric.type == MetricType::mean ? value : (value > 0 ? 1.0 : 0.0);
  if (metric.numerator_before == kNone) return {{counted, 0, 0, 0}};
  const double before = quotient(table, unit, metric.numerator_before, metric.denominator_before);
  const bool known = std::isfinite(before);
  return {{counted, known ? before : 0, known ? 1.0 : 0.0, 0}};
}

std::optional<stats::MetricMoments::Values> counted_values(const UnitTable& table, const MetricColumns& metric,
                                                           std::size_t unit, const MetricLimits& limits) {
  auto values = unit_values(table, metric, unit);
  if (!values || !metric.winsorize) return values;
  (*values)[0] = limited((*values)[0], limits);
  if ((*values)[2] == 1) (*values)[1] = limited((*values)[1], limits);
  return values;
}

MetricLimits limits_of(const UnitTable& table, const MetricColumns& metric) {
  MetricLimits limits;
  if (!metric.winsorize) return limits;
  limits.lower = metric.winsorize->lower;
  limits.upper = metric.winsorize->upper;
  std::vector<double> values;
  for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
    if (table.variant[unit] == UnitTable::kSeveral) continue;
    if (const auto of_unit = unit_values(table, metric, unit)) values.push_back((*of_unit)[0]);
  }
  if (values.empty()) return limits;
  if (const auto p = metric.winsorize->lower_quantile) limits.lower = stats::linear_quantile(values, *p);
  if (const auto p = metric.winsorize->upper_quantile) limits.upper = stats::linear_quantile(values, *p);
  limits.limited = std::ranges::count_if(values, [&](double value) { return limited(value, limits) != value; });
  return limits;
}

ExperimentAggregate summarise(const UnitTable& table, std::span<const std::vector<std::size_t>> together) {
  ExperimentAggregate summary = Summary(table).run();
  add_deviations(table, together, summary);
  return summary;
}

}  // namespace crossfade::storage
