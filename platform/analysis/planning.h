#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/configuration.h"

namespace crossfade::analysis {

// What is known before an experiment: the metric as it is today, and what is wanted.
struct PlanRequest {
  double mean = 0;  // of the control, not 0
  double sd = 1;    // of a unit, > 0
  // One of the two: the relative effect to find, or the units that there will be in all variants together.
  std::optional<double> mde = std::nullopt;
  std::optional<double> sample_size = std::nullopt;
  double alpha = 0.05;  // two-sided, over all treatments
  double power = 0.8;
  int treatments = 1;  // each with as many units as the control
  SequentialMode mode = SequentialMode::fixed;
  int looks = 14;                                    // of group_sequential, equally spaced
  double variance_reduction = 0;                     // what CUPED takes away, a share of the variance
  std::optional<double> daily_units = std::nullopt;  // new ones, in all variants together
  int days = 28;                                     // of the table
};

struct PlannedDay {
  int day = 0;
  double units = 0;           // in all variants together
  std::optional<double> mde;  // relative; none: no effect, however large, has the wanted power yet
};

struct PlanAnswer {
  double units_per_variant = 0;  // whole
  double units = 0;              // in all variants together
  std::optional<double> mde;     // relative, with the wanted power at that size
  std::optional<double> power;   // for the mde that was asked for, at that size
  std::optional<double> days;    // at the daily units
  // By which the sample grows against a single look; of always_valid at this size.
  double inflation = 1;
  std::vector<PlannedDay> by_day;  // where daily units are known
};

// By the normal approximation for a relative difference, whose variance counts the control's error too
// (mde_relative_delta); alpha is divided by the number of treatments (Bonferroni, what Holm guarantees at worst).
// always_valid counts an effect as found when its confidence sequence, narrowest at this size, excludes 0 there. Throws
// Error (user) for what cannot be planned, with the reason.
PlanAnswer plan_experiment(const PlanRequest& request);

}  // namespace crossfade::analysis
