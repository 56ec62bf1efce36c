#pragma once

#include "platform/config/document.h"

namespace crossfade::config {

// `decided: {variant, on, why, learned}` of an experiment whose status and variants have been read.
void read_decided(const Entry& entry, Experiment& experiment, Faults& faults);

}  // namespace crossfade::config
