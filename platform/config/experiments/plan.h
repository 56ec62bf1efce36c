#pragma once

#include "platform/config/document.h"

namespace crossfade::config {

// `plan` of an experiment whose `metrics` are read: {primary, alpha, power, mde, sample_size, duration, looks, mode}.
// `primary` sets the primary metric where `metrics` does not name one (`primary_given`). `alpha` is the plan's where it
// does not give its own.
void read_plan(const Entry& entry, const std::vector<std::string>& metrics, bool primary_given, double alpha,
               Experiment& experiment, Faults& faults);

}  // namespace crossfade::config
