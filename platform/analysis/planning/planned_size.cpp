#include "platform/analysis/planning/planned_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace crossfade::analysis {

namespace {

// All that the size follows from but the data. Stored; do not change: every plan under way would be sized anew.
std::string text_of(const Plan& plan, const ExperimentData& data, const MetricDefinition& primary) {
  std::string text = fmt::format("{} {}, mde {:.10g}, {}, alpha {:.10g}, power {:.10g}", to_string(primary.type),
                                 primary.name, *plan.mde, to_string(plan.mode), plan.alpha, plan.power);
  if (plan.mode == SequentialMode::group_sequential)
    text += fmt::format(", {} looks", plan.looks.value_or(kUsualLooks));
  for (const VariantData& variant : data.variants) {
    if (variant.weight > 0) text += fmt::format(", {} {:.10g}", variant.key, variant.weight);
  }
  return text;
}

bool enough_events(const Sample& control) {
  if (!control.trials) return true;
  const auto with = static_cast<double>(control.trials->successes);
  return std::min(with, static_cast<double>(control.trials->n) - with) >= kEventsToSize;
}

bool tells_enough(const ExperimentData& data, std::span<const Sample> samples) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (data.variants[i].weight > 0 && samples[i].n < kUnitsToSize) return false;
  }
  return enough_events(samples.front());
}

}  // namespace

Sizing planned_size_of(const Plan& plan, const ExperimentData& data, const MetricDefinition& primary,
                       std::span<const Sample> samples, double gain, std::span<const storage::PlannedSize> sizes,
                       std::optional<Timestamp> through) {
  Sizing sizing;
  if (plan.sample_size) sizing.units = static_cast<double>(*plan.sample_size);
  if (plan.sample_size || plan.duration_days || !plan.mde) return sizing;
  PlanSize size{
      .plan = text_of(plan, data, primary), .from_units = data.units(), .fixed = std::nullopt, .before = std::nullopt};
  const storage::PlannedSize* latest_other = nullptr;
  for (const storage::PlannedSize& one : sizes) {
    if (one.experiment != data.key || one.version != data.version || (through && one.data_through > *through)) continue;
    if (one.plan != size.plan) {
      latest_other = &one;
      continue;
    }
    sizing.units = static_cast<double>(one.units);
    size.fixed = one.at;
    size.from_units = one.from_units;
  }
  // Who compares with another control than the configured one has another plan, but has not changed the experiment's.
  const bool as_configured = data.configured != nullptr && data.control().key == control_of(*data.configured).key;
  if (latest_other != nullptr && as_configured) size.before = static_cast<double>(latest_other->units);
  if (!size.fixed) {
    const auto design = design_of(data, primary, samples, rule_of(plan, gain));
    const auto told = design ? size_for(*design, *plan.mde) : stats::Result<DesignSize>(design.reason());
    if (!told) return sizing;
    sizing.units = told->units;
    const bool ends = static_cast<double>(data.units()) >= told->units;
    size.fixable = as_configured && (ends || tells_enough(data, samples));
  }
  sizing.size = std::move(size);
  return sizing;
}

}  // namespace crossfade::analysis
