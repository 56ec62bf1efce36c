#pragma once

#include <map>
#include <string>

#include "platform/config/document.h"

namespace crossfade::config {

// Where the key of each experiment and holdout stands in `text`; empty where that is no such file.
std::map<std::string, Mark> marks_of_experiments(const std::string& text);

}  // namespace crossfade::config
