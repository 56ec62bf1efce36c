#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/planning/design.h"
#include "platform/core/configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// A guardrail as it is today, and the loss that is still acceptable.
struct GuardrailRequest {
  std::string metric;
  double margin = 0;
  // Of which nothing can be told yet: the reason.
  stats::Result<Design> design = stats::Undefined::insufficient_data;
};

// What is known before an experiment: the metric as it is today, and what is wanted.
struct PlanRequest {
  Design design;
  // One of the three: the relative effect to find, the loss that is to be ruled out (as of a guardrail), or the units
  // that there will be in all variants together.
  std::optional<double> mde = std::nullopt;
  std::optional<double> margin = std::nullopt;
  std::optional<double> sample_size = std::nullopt;
  std::vector<GuardrailRequest> guardrails = {};
  std::optional<double> daily_units = std::nullopt;  // new ones, in all variants together
  int days = 28;                                     // of the table
  // "Planned 786 units, fixed on ...": what the plan under way keeps to, whatever the data say by now. "": none does.
  std::string under_way = {};
  std::optional<double> reachable = std::nullopt;  // units that there can be, as far as the store knows its listeners
};

struct PlannedDay {
  int day = 0;
  double units = 0;           // in all variants together
  std::optional<double> mde;  // relative; none: no effect, however large, has the wanted power yet
};

struct PlannedGuardrail {
  std::string metric;
  double margin = 0;
  std::optional<double> units;  // in all variants together, that show a loss below the margin where there is none
  std::string reason;           // why there are none
};

struct PlanAnswer {
  std::vector<double> variants;  // whole units, the control first
  double units = 0;              // in all variants together
  std::optional<double> mde;     // relative, with the wanted power at that size
  std::optional<double> power;   // for the mde that was asked for, at that size
  std::optional<double> days;    // at the daily units
  // By which the sample grows against a single look; of always_valid at this size.
  double inflation = 1;
  std::vector<PlannedGuardrail> guardrails;
  std::vector<PlannedDay> by_day;  // where daily units are known
};

// By size_for, as a report's planned units are. Throws Error (user) for what cannot be planned, with the reason.
PlanAnswer plan_experiment(const PlanRequest& request);

// What the store has seen of an experiment: its primary metric in the control, its guardrails, its weights, its
// traffic, and its plan. `mode`: other than the plan's. An experiment without a plan looks once, for 5 % unless its
// primary metric has an mde. Throws Error (user) where the metric has not been seen.
PlanRequest plan_request_of(const Configuration& configuration, const storage::EventStore& store,
                            const std::string& experiment, std::optional<SequentialMode> mode = std::nullopt);

}  // namespace crossfade::analysis
