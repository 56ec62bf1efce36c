#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/comparison.h"
#include "platform/analysis/report/interval.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"

// Whether the numbers of a Report can be trusted.
namespace crossfade::analysis {

// Sample ratio mismatch: are the units split as the weights say?
struct Srm {
  std::vector<std::string> variants;  // those with a weight above 0: the order of the arrays
  std::vector<std::int64_t> observed;
  std::vector<double> expected;
  bool equal_weights_assumed = false;  // nobody configured any
  std::optional<double> statistic;
  std::optional<int> dof;
  std::optional<double> p_value;
  bool mismatch = false;  // p < 0.001
  // Of the multinomial test that may be looked at after every unit.
  std::optional<double> always_valid_p_value;
  std::string reason;

  bool operator==(const Srm&) const = default;
};

// The share of a variant's units that have a value of a metric, for instance an ended session.
struct DefinedShare {
  std::string variant;
  std::int64_t n = 0;
  std::optional<double> share;  // of the variant's units; none where there are none
};

// Is the primary metric missing more often in one variant than in another? Pearson's chi-square over the variants.
struct MetricShares {
  std::string metric;
  std::vector<DefinedShare> variants;
  std::optional<double> p_value;  // none with `reason` where everybody has a value, or nobody
  std::string reason;
};

// Mean over units of (tracks - time) / sessions: a simulated listener's session budget, exactly, in expectation and
// whatever is recommended.
struct SessionBudget {
  std::string variant;
  std::int64_t n = 0;
  std::optional<double> mean;
  std::optional<double> standard_error;
  std::string reason;
};

// Sample ratio mismatch within one level of a dimension.
struct SegmentSrm {
  std::string dimension;
  std::string level;
  Srm srm;  // p_value times the number of levels tested (Bonferroni)
};

// What the units of a variant did before their first exposure.
struct VariantHistory {
  VariantSummary summary;       // of those with history
  std::optional<double> share;  // of the variant's units that have one
};

struct HistoryComparison {
  std::string variant;
  std::optional<double> effect;
  std::optional<double> standard_error;
  std::optional<Interval> interval;
  std::optional<double> p_value;
  std::string reason;
};

// Did the variants differ before anybody was exposed? Then the split was not random, or the log is wrong.
struct Balance {
  std::string metric;
  int lookback_days = 14;
  std::optional<double> share_p_value;  // that the share of units with history is the same in all variants
  std::vector<VariantHistory> variants;
  std::vector<HistoryComparison> comparisons;
};

// Units that a metric leaves out, since a value of theirs cannot be: past kLargestValue.
struct ImplausibleValues {
  std::string metric;
  std::int64_t units = 0;
};

struct Health {
  std::int64_t exclusions = 0;  // of the store, as `crossfade store exclude` records them, that stand
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> last_exposure;
  int days = 0;  // UTC calendar days from the first exposure to the end of the data, both counted
  int minimum_days = 7;
  MetricShares primary_defined;
  std::optional<Balance> balance;  // of the primary metric; none where it has no look-back, or nobody has history
  std::vector<SessionBudget> tracks_minus_time_per_session;
  std::vector<ImplausibleValues> implausible;  // of the report's metrics that have some; told in warnings
  std::vector<SegmentSrm> segments;            // by each dimension that was asked for
  // Of this experiment, after its first exposure and up to the end of the data; oldest first.
  std::vector<ConfigurationChange> configuration_changes;
  std::vector<std::string> warnings;       // sentences; empty when all is well
  std::vector<std::string> data_warnings;  // those of them that say which data are not what the configuration asks for
};

}  // namespace crossfade::analysis
