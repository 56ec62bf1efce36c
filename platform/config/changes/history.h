#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"

// What changed from one configuration to the next, for people.
namespace crossfade::config {

// The changes of experiment `key` as sentences: "coverage is 0.5, was 0.2". All that decides who takes part, what they
// get, and how it is judged, the metrics and recommenders that it uses too; {"added"} or {"removed"} where only one of
// the two has it. Empty when nothing changed, or nobody knows the experiment.
std::vector<std::string> describe_changes(const Configuration& before, const Configuration& after,
                                          std::string_view key);

// The changes of all experiments in the order of `after`, those that are gone last. `after` is active from `at` on.
std::vector<ConfigurationChange> changes_of(const Configuration& before, const Configuration& after, Timestamp at);

}  // namespace crossfade::config
