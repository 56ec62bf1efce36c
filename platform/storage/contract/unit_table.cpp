#include "platform/storage/contract/unit_table.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/moments/linear_quantile.h"

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

double limited(double value, const MetricLimits& limits) {
  if (limits.lower && value < *limits.lower) return *limits.lower;
  if (limits.upper && value > *limits.upper) return *limits.upper;
  return value;
}

class Summary {
 public:
  explicit Summary(const UnitTable& table) : table_(table) {
    answer_.experiment = table.experiment;
    answer_.version = table.version;
    answer_.first_exposure = table.first_exposure;
    answer_.last_exposure = table.last_exposure;
    answer_.data_through = table.data_through;
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
        if (level != Grouping::kNone) work(aggregates[i].levels[static_cast<std::size_t>(level)].variants[variant]);
      }
    };
    visit(table_.dimensions, answer_.dimensions);
    visit(table_.overlaps, answer_.overlaps);
  }

  void count(std::size_t unit) {
    const auto variant = static_cast<std::size_t>(table_.variant[unit]);
    ++answer_.variants[variant].units;
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
    auto values = unit_values(table_, columns, unit);
    if (!values) {
      if (is_implausible(columns, unit)) ++answer_.variants[variant].metrics[metric].implausible_units;
      return;
    }
    if (columns.winsorize) {
      const MetricLimits& limits = answer_.limits[metric];
      (*values)[0] = limited((*values)[0], limits);
      if ((*values)[2] == 1) (*values)[1] = limited((*values)[1], limits);
    }
    answer_.variants[variant].metrics[metric].moments.add(*values);
    for_levels(unit, variant, [&](VariantAggregate& level) { level.metrics[metric].moments.add(*values); });
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
  if (metric.type == MetricType::quantile) return std::nullopt;
  if (metric.type == MetricType::ratio) {
    const double numerator = table.value(unit, metric.numerator);
    const double denominator = table.value(unit, metric.denominator);
    if (!std::isfinite(numerator) || !std::isfinite(denominator)) return std::nullopt;
    const double numerator_before = part(table, unit, metric.numerator_before);
    const double denominator_before = part(table, unit, metric.denominator_before);
    const bool known = std::isfinite(numerator_before) && std::isfinite(denominator_before);
    return {{numerator, denominator, known ? numerator_before : 0, known ? denominator_before : 0}};
  }
  const double value = quotient(table, unit, metric.numerator, metric.denominator);
  if (!std::isfinite(value)) return std::nullopt;
  if (metric.type != MetricType::mean) return {{value > 0 ? 1.0 : 0.0, 0, 0, 0}};
  if (metric.numerator_before == kNone) return {{value, 0, 0, 0}};
  const double before = quotient(table, unit, metric.numerator_before, metric.denominator_before);
  const bool known = std::isfinite(before);
  return {{value, known ? before : 0, known ? 1.0 : 0.0, 0}};
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

ExperimentAggregate summarise(const UnitTable& table) {
  return Summary(table).run();
}

}  // namespace crossfade::storage
