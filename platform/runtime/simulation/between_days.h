#pragma once

#include <string>

namespace crossfade::runtime {

// Runs a command of the user's by `sh -c` and waits for it. Its standard output joins standard error, since what a
// simulation prints is its own; CROSSFADE_DAY in its environment is the number of the day that is over, from 1. Throws
// Error (user) unless it ends with 0.
void run_between_days(const std::string& command, int day);

}  // namespace crossfade::runtime
