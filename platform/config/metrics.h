#pragma once

#include "platform/config/document.h"

namespace crossfade::config {

// `metrics: {primary, secondary, guardrails: [{metric, margin}]}` of an experiment.
MetricRoles read_metric_roles(const Entry& entry, const std::vector<std::string>& known, Faults& faults);

}  // namespace crossfade::config
