#pragma once

#include <vector>

#include "platform/config/document.h"
#include "platform/config/experiments/experiments.h"

// Who may take part in an experiment, and when, besides the hash: what experiments.yaml says of it.
namespace crossfade::config {

// `unit: user`: the kind of unit that is split. Another kind than that of its layer is a fault.
std::string read_unit(const Entry& entry, Faults& faults);

// `prerequisites: [{experiment, variants}]`, as they stand; check_prerequisites knows the other experiments.
std::vector<LocatedPrerequisite> read_prerequisites(const Entry& entry, Faults& faults);

// `overrides: {UNIT: VARIANT}`; `variants`: those of the experiment, none where they have faults.
std::vector<Override> read_unit_overrides(const Entry& entry, const std::vector<Variant>& variants, Faults& faults);

// `schedule: {start, end}`.
Schedule read_schedule(const Entry& entry, Faults& faults);

// `ramp: [{from, coverage}]`, times and coverages rising.
std::vector<RampStep> read_ramp(const Entry& entry, Faults& faults);

// That prerequisites name other experiments, variants that these have, and units of the same kind, and that none
// requires itself, be it through others.
void check_prerequisites(const std::vector<LocatedExperiment>& experiments, Faults& faults);

}  // namespace crossfade::config
