#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/behaviour.h"
#include "platform/analysis/report/health.h"
#include "platform/analysis/report/interval.h"
#include "platform/analysis/report/metric_report.h"
#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"

// What an analysis found, as one value: the table, Markdown, CSV, the JSON of the HTTP interface and the page show
// nothing that is not in here. The names are those of the JSON (tests/platform/analysis/report_example.json).
// Every number is finite. One that could not be computed is absent, and `reason` beside it says why, in the words of
// stats::to_string(Undefined): insufficient_data, zero_variance, zero_control_mean, ...; or "unbounded", for a lift
// interval that is no interval because the control's mean cannot be told from 0.
namespace crossfade::analysis {

enum class Verdict { invalid, stop_harm, guardrail_fail, ship, no_effect, inconclusive, keep_running };
std::string_view to_string(Verdict verdict);  // "INVALID", "STOP_HARM", ...

struct VariantUnits {
  std::string variant;
  std::int64_t units = 0;  // exposed; those seen in several variants not counted

  bool operator==(const VariantUnits&) const = default;
};

// Does another experiment change the effect of this one?
struct InteractionResult {
  std::string experiment;     // the other one
  std::string variant;        // of this experiment, against its control
  std::string other_variant;  // of the other, against its control
  std::optional<double> estimate;
  std::optional<double> standard_error;
  std::optional<double> p_value;
  std::optional<double> adjusted_p_value;  // Holm over all that are tested
  std::optional<Interval> interval;
  std::optional<double> assignment_p_value;  // that the two assignments are independent
  std::string reason;
};

// Where an experiment stands in its plan.
struct PlanProgress {
  Plan plan;
  std::optional<double> planned_units;  // in all variants; from the plan, or computed from its mde
  std::int64_t units = 0;
  double information_fraction = 0;    // units / planned_units, at most 1; 0 where that is not known
  std::vector<double> looks;          // information fractions of the looks that count, this one last
  int peeks = 0;                      // looks of anybody at these data so far, this one counted
  std::optional<double> alpha_spent;  // of plan.alpha
  std::optional<double> days_left;    // until the planned units, at the pace so far
  bool complete = false;
  std::optional<Timestamp> as_of;  // the end of the data that decide: a recorded look's; none: of all that are shown
  bool look_due = false;           // a look at the data that are shown would be another one
  std::string guarantee;           // one sentence: what the error rate still holds for
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
  double configured_confidence_level = 0.95;  // where nobody asks for another
  std::optional<Timestamp> until;             // only data from before it count; none: all
  LiftInterval lift_method = LiftInterval::fieller;
  std::optional<Timestamp> data_through;  // end of the last session that counted
  std::vector<VariantUnits> units;        // control first, then as configured (imported: by name)
  std::int64_t multiple_variants = 0;     // units seen in several variants: left out
  std::int64_t overrides = 0;             // units forced into a variant: left out
  Srm srm;
  Health health;
  std::vector<std::string> dimensions;  // that metrics can be split by
  std::vector<MetricReport> metrics;    // the primary one first, then secondary, guardrails, others
  std::optional<PlanProgress> plan;
  std::vector<InteractionResult> interactions;  // of the primary metric with other running experiments
  std::optional<Distributions> distributions;   // where they were asked for
  std::vector<VariantTraffic> traffic;          // where it was asked for; control first
  Decision decision;
};

}  // namespace crossfade::analysis
