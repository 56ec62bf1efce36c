#pragma once

#include "platform/config/document.h"

namespace crossfade::config {

// `metrics: {primary, secondary, guardrails: [{metric, margin}]}` of an experiment.
MetricRoles read_metric_roles(const Entry& entry, Faults& faults);

// `metrics:` at the top, where definitions of metrics will stand: one fault that says which metrics there are instead.
void refuse_metric_definitions(const Entry& entry, Faults& faults);

}  // namespace crossfade::config
