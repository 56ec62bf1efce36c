#pragma once

#include <cstdint>
#include <map>
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
  // Of shares of units, as many zeros become ones as that takes. Default: 5 % and 30 %.
  std::vector<double> lifts{0.05, 0.3};

  // Shares of the units that are in the two variants of each split, at most 1 together. Default: half and half.
  double control_share = 0.5;
  double treatment_share = 0.5;

  // Splits that are replayed as experiments under way, at most all: their time grows with the looks. Default: 500.
  int replays = 500;

  // Of a replay: units enter in the order of their first exposure, in equal steps, and after each step somebody looks.
  // 0: nothing is replayed; at most stats::kMostLooks. Default: 28, four weeks of days.
  int looks = 28;

  // Error rate of what decides, in (0, 1). Default (none): 1 - confidence_level.
  std::optional<double> alpha = std::nullopt;

  // Units in both variants at which what decides is narrowest: the planned number. Default: 5 000.
  double n_star = 5000;

  // Whether boundaries decide, as a plan may have it: if they do not hold, what decides is then not to be trusted.
  // Default: always-valid numbers do.
  bool group_sequential = false;

  // Of guardrails, by the metric's name: the relative loss that is still acceptable. Default: there are none.
  std::map<std::string, double> margins = {};

  // Of the salts. Default: 1.
  std::uint64_t seed = 1;

  // The result does not depend on their number. Default: 1.
  int threads = 1;
};

struct LiftCoverage {
  double lift = 0;
  Rate covered;
};

// What decides on a guardrail, replayed.
struct GuardrailReplay {
  double margin = 0;
  Rate harmed;            // without a loss: a look says that it is harmed
  Rate passed_at_margin;  // with a loss as large as the margin: a look says that it is smaller
  Rate harmed_at_margin;  // the same: a look says that it is larger
};

// What a metric that decides concludes at any look of a split: at most alpha of the splits may have each of them. Rates
// are of splits in which something could be concluded.
struct Replay {
  Rate better;   // always-valid, of the primary metric
  Rate worse;    // the same
  Rate crossed;  // the boundaries of a group sequential plan with these looks
  std::optional<GuardrailReplay> guardrail;
  // Units in the smaller variant that it takes until anything is concluded; none: every split had them at its last
  // look.
  std::optional<std::int64_t> units_needed;
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
  std::vector<LiftCoverage> injected;         // without lifts that shares of units cannot have
  std::optional<Rate> cuped_false_positives;  // after CUPED, where there is history
  Trust trust = Trust::untested;              // of the single look: the rates above
  std::string sentence;                       // in plain words, what that means
  std::optional<Replay> replay;               // none: nothing was replayed, or there was nothing to conclude from
  Trust replay_trust = Trust::untested;
  std::string replay_sentence;
};

struct Calibration {
  std::string experiment;
  int replications = 0;
  double alpha = 0.05;  // of the single looks
  int replays = 0;
  int looks = 0;
  double deciding_alpha = 0.05;
  bool group_sequential = false;  // what decides
  double control_share = 0.5;
  double treatment_share = 0.5;
  Rate mismatches;  // splits whose sizes Pearson's chi-square doubts at alpha
  std::vector<MetricCalibration> metrics;
};

// Splits the units of a table anew by many salts, with the hash that assigns units, and analyses each split as an
// experiment that has ended, and some of them as one under way, by the functions that reports are made with: A/A tests
// on the operator's own data. A replayed look sees of each unit that has entered all that it ever did. Units seen in
// several variants are left out. The same numbers for any number of threads. Metrics are those that the table was asked
// for, in their order.
// R. Kohavi, D. Tang, Y. Xu: Trustworthy Online Controlled Experiments (2020), chapter 19.
Calibration rerandomise(const storage::UnitTable& table, const std::vector<MetricDefinition>& metrics,
                        const RerandomiseOptions& options);

std::string_view to_string(Trust trust);

}  // namespace crossfade::calibration
