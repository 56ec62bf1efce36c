#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/calibration/rate.h"
#include "platform/core/metric.h"
#include "platform/storage/contract/unit_table.h"

namespace crossfade::calibration {

struct RerandomiseOptions {
  // Splits. The error of a rate falls with the root of their number, the time grows with it. Default: 2 000.
  int replications = 2000;

  // Of the tests and intervals, in (0, 1). Default: 0.95.
  double confidence_level = 0.95;

  // Each is a share of the mean of all units that is added to every treated one: a lift that the intervals must cover.
  // Default: 5 % and 30 %.
  std::vector<double> lifts{0.05, 0.3};

  // Shares of the units that are in the two variants of each split, at most 1 together. Default: half and half.
  double control_share = 0.5;
  double treatment_share = 0.5;

  // Of the salts. Default: 1.
  std::uint64_t seed = 1;

  // The result does not depend on their number. Default: 1.
  int threads = 1;
};

struct LiftCoverage {
  double lift = 0;
  Rate covered;
};

enum class Trust {
  yes,
  careful,   // finds less than it could, but does not find what is not there
  no,        // finds what is not there
  untested,  // there is nothing to test
};

// How the analysis of one metric behaves on units that really are treated alike.
struct MetricCalibration {
  std::string metric;
  std::int64_t units = 0;                     // units that have a value
  std::optional<double> skewness;             // of the units' values, where the metric is a mean
  Rate false_positives;                       // p < 1 - confidence level without an effect
  Rate coverage;                              // lift intervals that cover 0, the truth
  std::vector<LiftCoverage> injected;         // of means, ratios and quantiles, whose values can be raised
  std::optional<Rate> cuped_false_positives;  // after CUPED, where there is history
  Trust trust = Trust::untested;
  std::string sentence;  // in plain words, what that means
};

struct Calibration {
  std::string experiment;
  int replications = 0;
  double alpha = 0.05;
  double control_share = 0.5;
  double treatment_share = 0.5;
  Rate mismatches;  // splits whose sizes Pearson's chi-square doubts at alpha
  std::vector<MetricCalibration> metrics;
};

// Splits the units of a table anew by many salts, with the hash that assigns units, and analyses each split as an
// experiment: A/A tests on the operator's own data. Units seen in several variants are left out. The same numbers for
// any number of threads. Metrics are those that the table was asked for, in their order.
// R. Kohavi, D. Tang, Y. Xu: Trustworthy Online Controlled Experiments (2020), chapter 19.
Calibration rerandomise(const storage::UnitTable& table, const std::vector<MetricDefinition>& metrics,
                        const RerandomiseOptions& options);

std::string_view to_string(Trust trust);

}  // namespace crossfade::calibration
