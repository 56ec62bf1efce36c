#pragma once

#include <string>

#include "platform/core/configuration_history.h"

namespace crossfade::server {

// {"experiment","configurations":[...]}: every configuration, oldest first, with what each changed in the experiment.
// On one line, which a newline ends.
std::string render_configurations(const ConfigurationHistory& history, const std::string& experiment);

}  // namespace crossfade::server
