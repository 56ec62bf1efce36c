#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/behaviour.h"
#include "platform/analysis/report/health.h"
#include "platform/analysis/report/interval.h"
#include "platform/analysis/report/metric_report.h"
#include "platform/analysis/report/provenance.h"
#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"
#include "platform/storage/contract/event_store.h"

// What an analysis found, as one value: the table, Markdown, CSV, the JSON of the HTTP interface and the page show
// nothing that is not in here. The names are those of the JSON (tests/platform/analysis/report_example.json).
// Every number is finite. One that could not be computed is absent, and `reason` beside it says why, in the words of
// stats::to_string(Undefined): insufficient_data, zero_variance, zero_control_mean, ...; or "unbounded", for a lift
// interval that is no interval because the control's mean cannot be told from 0; or "too_small", for what nothing is
// concluded from yet.
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

// Planned units that follow from the plan's mde, and what they were told from.
struct PlanSize {
  std::string plan;                // all that they follow from, as the store has it: another plan has others
  std::int64_t from_units = 0;     // exposed, that they were told from
  std::optional<Timestamp> fixed;  // when a look fixed them; none: every look tells them anew
  bool fixable = false;            // not fixed, but a recorded look at these data fixes them
  std::optional<double> before;    // fixed by this version's plan before it was changed
};

// Where an experiment stands in its plan.
struct PlanProgress {
  Plan plan;
  std::optional<double> planned_units;  // in all variants; from the plan, or computed from its mde
  std::optional<PlanSize> size;         // of the latter
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

// Ended experiments with the same primary metric from which on their lifts tell how large effects are.
inline constexpr int kEnoughEnded = 10;

// Where it comes from how large true lifts are.
enum class ExpectedBy {
  shrinkage,  // from the lifts of ended experiments with the same primary metric
  prior,      // from the configured one
};
std::string_view to_string(ExpectedBy by);

// What a treatment that won is to be expected to bring after launch: it was chosen because it looked large, and is, on
// average, smaller.
struct AfterLaunch {
  std::string variant;
  double seen = 0;  // the lift that decided
  double lift = 0;  // that is to be expected
  Interval interval;
  ExpectedBy by = ExpectedBy::prior;
  int experiments = 0;  // ended ones with the metric, one treatment and a lift
  double mean = 0;      // of true lifts before these data,
  double spread = 0;    // and their standard deviation
  // By the prior: p of the data under it, where they contradict it (below kPriorConflict).
  std::optional<double> prior_conflict = std::nullopt;
};

struct Decision {
  Verdict verdict = Verdict::keep_running;
  std::string variant;               // the one to ship; "" unless SHIP
  std::string summary;               // one sentence
  std::vector<std::string> reasons;  // sentences with the numbers that decided, the deciding one first
  // The earlier look that called it, where the data of today alone do not: a call stands.
  std::optional<storage::Call> call = std::nullopt;
  // Something is called that no look has recorded yet, and this is none.
  bool look_due = false;
};

// A treatment that a verdict ends: a winner after its days, or a harmed one; or, of no treatment, a broken split.
struct CalledTreatment {
  std::string variant;
  storage::Called called = storage::Called::harm;

  bool operator==(const CalledTreatment&) const = default;
};

struct Report {
  std::string experiment;
  std::string hypothesis;  // "" where the configuration does not know the experiment
  std::string owner;
  std::string status;  // draft | running | stopped | imported (only the store knows it)
  int version = 1;
  std::string control;
  double confidence_level = 0.95;  // of the intervals that are shown
  // Where nobody asks for another; without a plan, what decides is at this level whatever is shown.
  double configured_confidence_level = 0.95;
  std::optional<Timestamp> until;  // only data from before it count; none: all
  LiftInterval lift_method = LiftInterval::fieller;
  std::optional<Timestamp> data_through;  // end of the last session that counted
  std::optional<Decided> decided;         // of a stopped one, where somebody has said
  std::optional<Timestamp> ended;         // when nobody was in it any more: sessions that began later do not count
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
  // Of the primary metric: of what is shipped, and of what an ended experiment found.
  std::vector<AfterLaunch> after_launch;
  Provenance provenance;
  Decision decision;
  std::vector<CalledTreatment> calls = {};  // by the data of this report alone
  // Neither the control nor whether history counts was chosen by who asks: what is called may stand.
  bool as_configured = true;
};

}  // namespace crossfade::analysis
