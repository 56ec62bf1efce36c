#pragma once

#include <optional>
#include <span>
#include <string>

#include "platform/analysis/planning/design.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/sample.h"
#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// A plan that gives an effect and no size is sized from the data: by the first recorded look that has so many units
// with a value in every variant (of shares so many units with an event in the control, and without one), or that would
// end the plan. That size stands for as long as the plan does.
inline constexpr std::int64_t kUnitsToSize = 100;
inline constexpr double kEventsToSize = 50;

// The planned units of all variants together.
struct Sizing {
  std::optional<double> units;   // none: the plan has a duration instead, or they cannot be told yet
  std::optional<PlanSize> size;  // where they follow from the effect
};

// `samples`: of the primary metric, the control's first. `gain`: as rule_of's. `sizes`: what the store has, of any
// experiment. `through`: as of then, sizes that were fixed on later data are not known; none: all are.
Sizing planned_size_of(const Plan& plan, const ExperimentData& data, const MetricDefinition& primary,
                       std::span<const Sample> samples, double gain, std::span<const storage::PlannedSize> sizes,
                       std::optional<Timestamp> through);

}  // namespace crossfade::analysis
