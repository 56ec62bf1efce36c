#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  std::optional<double> p_value;  // of the chi-square, which may be looked at once
  // Of the multinomial test that may be looked at after every unit.
  std::optional<double> always_valid_p_value;
  // While units come in the always-valid p decides; of what has ended that of the chi-square.
  bool decided_always_valid = false;
  bool mismatch = false;  // p of what decides is below 0.001
  // Of an earlier look that found a mismatch, which stands: the end of its data.
  std::optional<Timestamp> as_of = std::nullopt;
  std::string reason;

  std::optional<double> deciding_p() const { return decided_always_valid ? always_valid_p_value : p_value; }

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
  Srm srm;  // p-values times the number of levels tested (Bonferroni)
};

// Units of one level of a dimension, or first seen on one day, against the configured split.
struct SplitPart {
  std::string dimension;               // "first_day": the day of the first exposure, UTC
  std::string level;                   // "2026-03-04"
  std::vector<std::int64_t> observed;  // in the order of SplitSearch::variants
  std::vector<double> expected;
  double statistic = 0;                   // Pearson's chi-square
  double contribution = 0;                // its share of the sum over the levels of this dimension
  double p_value = 1;                     // times the number of parts tested (Bonferroni)
  std::optional<double> p_value_without;  // of the split of all other units: high where the fault is in this part
  std::optional<Timestamp> since;         // first day of those on which the fault is, where it was not always there
  std::string text;                       // the same in words
};

// Of a sample ratio mismatch: where it comes from.
struct SplitSearch {
  std::vector<std::string> variants;
  std::optional<Timestamp> since;  // of all units
  std::vector<SplitPart> parts;    // largest statistic first
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

// The worst of what is wrong with a report's data.
enum class HealthGrade {
  ok,
  warning,  // to be looked at before the verdict is followed
  serious,  // the numbers may be of something else than their names say
};
std::string_view to_string(HealthGrade grade);

// Units that were in another experiment, too, and got a parameter from that.
struct ServedOtherwise {
  std::string by;  // key of the other one
  std::int64_t units = 0;

  bool operator==(const ServedOtherwise&) const = default;
};

struct Health {
  std::int64_t exclusions = 0;  // of the store, as `crossfade store exclude` records them, that stand
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp>
      exposed_from;  // by when one in a hundred of the units had been seen: days are counted from then
  std::optional<Timestamp> last_exposure;
  int days = 0;          // UTC calendar days from the first exposure to the last session that began
  int minimum_days = 7;  // that a decision wants: the plan's, else the configured ones; 0: of a table, which has none
  // Whether a decision waits for them: more will come of real listeners, who differ between weekdays and weekends. Of
  // what has ended, was imported or simulated they are advice.
  bool waits_for_days = false;
  MetricShares primary_defined;
  std::optional<Balance> balance;  // of the primary metric; none where it has no look-back, or nobody has history
  std::vector<SessionBudget> tracks_minus_time_per_session;
  std::vector<ImplausibleValues> implausible;  // of the report's metrics that have some; told in warnings
  std::vector<SegmentSrm> segments;            // by each dimension that was asked for
  std::optional<SplitSearch> split;            // where there is a mismatch, and units can be told apart
  // Of this experiment, after its first exposure and up to the end of the data; oldest first.
  std::vector<ConfigurationChange> configuration_changes;
  std::vector<ServedOtherwise> served_otherwise;  // sorted; empty where everybody got their variant's parameters
  std::vector<std::string> warnings;              // sentences; empty when all is well
  std::vector<std::string> serious_warnings;      // those of them after which the grade is `serious`
  std::vector<std::string> data_warnings;         // those of them that nothing else in the report says

  HealthGrade grade() const;
};

}  // namespace crossfade::analysis
