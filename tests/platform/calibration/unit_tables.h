#pragma once

#include <string>

#include "platform/calibration/rerandomise.h"
#include "platform/core/random.h"
#include "platform/storage/contract/unit_table.h"

// Tables of units that are really treated alike.
namespace crossfade::calibration::test {

inline constexpr int kUnits = 400;

inline MetricDefinition metric_of(MetricType type, const std::string& name) {
  MetricDefinition metric;
  metric.name = name;
  metric.type = type;
  return metric;
}

// One column of values, of units 0 .. n-1 in two variants.
template <class Value>
storage::UnitTable table_of(MetricType type, int units, Value value) {
  storage::UnitTable table;
  table.experiment = "e";
  table.variants = {"control", "treatment"};
  table.columns = 1;
  storage::MetricColumns columns;
  columns.type = type;
  columns.numerator = 0;
  table.metrics = {columns};
  Random random{3};
  for (int i = 0; i < units; ++i) {
    table.units.push_back({"listener-" + std::to_string(i)});
    table.variant.push_back(i % 2);
    table.values.push_back(value(random));
  }
  return table;
}

inline double ordinary(Random& random) {
  return 5 + random.uniform() + random.uniform();
}

inline MetricCalibration calibrated(const storage::UnitTable& table, const RerandomiseOptions& options = {},
                                    MetricType type = MetricType::mean) {
  return rerandomise(table, {metric_of(type, "m")}, options).metrics.at(0);
}

}  // namespace crossfade::calibration::test
