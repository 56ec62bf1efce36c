#pragma once

#include <vector>

#include "platform/config/document.h"

namespace crossfade::config {

// What an experiment says to people: key, name, hypothesis, owner, tags, links. `map` is the experiment's; nothing else
// of it is read.
void read_about(const Map& map, Experiment& experiment, Faults& faults);

}  // namespace crossfade::config
