#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/time.h"

// What an analysis found, as one value: the table, Markdown, CSV, the JSON of the HTTP interface and the page show
// nothing that is not in here. The names are those of the JSON (tests/platform/analysis/report_example.json).
// Every number is finite. One that could not be computed is absent, and `reason` beside it says why, in the words of
// stats::to_string(Undefined): insufficient_data, zero_variance, zero_control_mean, ...; or "unbounded", for a lift
// interval that is no interval because the control's mean cannot be told from 0.
namespace crossfade::analysis {

// How the interval of a lift is computed. Verdicts are by fieller, whatever is shown.
enum class LiftInterval {
  fieller,  // the exact dual of the absolute test
  delta,    // first-order variance of the ratio
  naive,    // the absolute interval divided by the control's mean, as notebooks do: too narrow for large lifts
};
std::string_view to_string(LiftInterval method);

enum class Direction { increase, decrease, none };  // which way is better
std::string_view to_string(Direction direction);

enum class Role {
  primary,    // decides
  secondary,  // explains
  guardrail,  // must not get worse by more than its margin
  other,      // a standard metric that the experiment did not ask for
};
std::string_view to_string(Role role);

enum class Verdict { invalid, stop_harm, guardrail_fail, ship, inconclusive, keep_running };
std::string_view to_string(Verdict verdict);  // "INVALID", "STOP_HARM", ...

struct Interval {
  double lower = 0;
  double upper = 0;

  bool operator==(const Interval&) const = default;
};

struct VariantUnits {
  std::string variant;
  std::int64_t units = 0;  // exposed; those seen in several variants not counted

  bool operator==(const VariantUnits&) const = default;
};

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

struct Health {
  std::optional<Timestamp> first_exposure;
  std::optional<Timestamp> last_exposure;
  int days = 0;  // UTC calendar days from the first exposure to the end of the data, both counted
  int minimum_days = 7;
  MetricShares primary_defined;
  std::vector<SessionBudget> tracks_minus_time_per_session;
  std::vector<std::string> warnings;  // sentences; empty when all is well
};

struct VariantSummary {
  std::string variant;
  std::int64_t n = 0;  // units that have a value
  std::optional<double> mean;
  std::optional<double> standard_deviation;
  std::string reason;
};

// Holds however often and whenever one looks, which the other p-values and intervals do not.
struct AlwaysValid {
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over the treatments; of a guardrail: p_value
  std::optional<Interval> interval;
  std::optional<Interval>
      lift_interval;  // by Fieller with the same multiplier: excludes 0 exactly when `interval` does
  std::string reason;
};

struct GuardrailResult {
  double margin = 0;              // relative loss that is still acceptable
  std::optional<double> p_value;  // one-sided, of "the loss is at least the margin"
  bool non_inferior = false;      // p_value < 1 - confidence_level
  bool failed = false;            // the whole lift interval lies beyond the margin
  std::string reason;
};

// One treatment against the control.
struct Comparison {
  std::string variant;
  std::optional<double> effect;  // treatment mean - control mean, in the metric's unit
  std::optional<double> standard_error;
  std::optional<double> dof;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // by the metric's `adjustment`; "none": the same as p_value
  std::optional<Interval> interval;        // of the effect
  std::optional<double> lift;              // effect / |control mean|, a fraction
  std::optional<Interval> lift_interval;
  bool significant = false;  // adjusted_p_value < 1 - confidence_level
  std::string reason;
  std::optional<AlwaysValid> always_valid;  // of the primary metric and of guardrails
  std::optional<GuardrailResult> guardrail;
};

struct MetricReport {
  std::string metric;
  Role role = Role::other;
  Direction direction = Direction::none;
  std::string unit;                      // of measurement, for people: "ms"
  std::string definition;                // one line
  std::optional<double> margin;          // of a guardrail: the relative loss that is still acceptable
  std::string adjustment;                // "holm", "benjamini_hochberg", "none"
  std::string note;                      // for people: "not measured"; mostly empty
  std::vector<VariantSummary> variants;  // control first
  std::vector<Comparison> comparisons;   // of the treatments, in the same order
};

struct Decision {
  Verdict verdict = Verdict::keep_running;
  std::string variant;               // the one to ship; "" unless SHIP
  std::string summary;               // one sentence
  std::vector<std::string> reasons;  // sentences with the numbers that decided, the deciding one first
};

struct Report {
  std::string experiment;
  std::string hypothesis;  // "" where the configuration does not know the experiment
  std::string owner;
  std::string status;  // draft | running | stopped | imported (only the store knows it)
  int version = 1;
  std::string control;
  double confidence_level = 0.95;
  LiftInterval lift_method = LiftInterval::fieller;
  std::optional<Timestamp> data_through;  // end of the last session that counted
  std::vector<VariantUnits> units;        // control first, then as configured (imported: by name)
  std::int64_t multiple_variants = 0;     // units seen in several variants: left out
  std::int64_t overrides = 0;             // units forced into a variant: left out
  Srm srm;
  Health health;
  std::vector<MetricReport> metrics;  // the primary one first, then secondary, guardrails, others
  Decision decision;
};

}  // namespace crossfade::analysis
