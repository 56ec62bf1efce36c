#pragma once

#include <span>
#include <string>

#include "platform/analysis/report.h"

namespace crossfade::analysis {

// {"experiments":[...]}: of each Report what a list of experiments shows, among it the lifts of the primary metric. On
// one line, which a newline ends.
std::string render_overview(std::span<const Report> reports);

}  // namespace crossfade::analysis
