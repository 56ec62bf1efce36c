#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"

namespace crossfade::analysis {

// What somebody asks of an analysis.
struct AnalyzeOptions {
  // Keys of the experiments to report; empty: all that the configuration or the store knows.
  std::vector<std::string> experiments;

  // Names of the metrics to show; empty: all. The verdict and adjusted p-values never depend on it.
  std::vector<std::string> metrics;

  // Key of the variant that the others are compared with; "": the configured one, else "control", else "C", else the
  // first by name.
  std::string control;

  // How the interval of a lift is computed. Fieller's alone never contradicts the p-value.
  LiftInterval lift = LiftInterval::fieller;

  // Dimensions to split each metric by; empty: none. Costs a comparison for each level.
  std::vector<std::string> by;

  // Whether to report the effect by days since exposure, with its slope. Reads each metric once for each day.
  bool by_day = false;

  // Whether to tell if the effect on the primary metric changes with the days since exposure (MetricReport::trend),
  // which is part of the verdict's words. Reads the metric once for each of kTrendDays.
  bool trend = true;

  // Whether to report how session times and sessions are spread (Report::distributions). Holds every session's time.
  bool distributions = false;

  // Whether to report who answered, what was skipped and what each day brought (Report::traffic). Takes one more pass
  // over the playbacks, some seconds for ten million.
  bool traffic = false;

  // Whether to leave out all metrics but the primary one and the guardrails: enough for a verdict, and faster.
  bool deciding_only = false;

  // Whether to test the effect against the variants of every other running experiment. Takes time with the units times
  // the square of the number of experiments.
  bool interactions = true;

  // Whether to take out what units did before their first exposure, where there is history.
  bool cuped = true;

  // Whether this is a look at a running plan, which is recorded (record_looks) and spends its share of alpha. If not,
  // the plan says what the last recorded look decides; what came later is shown, and decides nothing yet.
  bool is_look = true;

  // Only data from before this time count; none: all.
  std::optional<Timestamp> until;

  // Of the intervals that are shown; none: the configured one. What decides keeps to the plan's alpha, or to the
  // configured level.
  std::optional<double> confidence_level;

  // Who analyses: "0.1.0 (1a2b3c4)"; "": the report does not say.
  std::string program;

  // What configurations changed, in any experiment, oldest first: a report shows what falls into its time.
  std::vector<ConfigurationChange> configuration_changes;

  // Whose parameters others may have displaced, by those configurations: their units are counted.
  std::set<Displacement> displacements;
};

}  // namespace crossfade::analysis
