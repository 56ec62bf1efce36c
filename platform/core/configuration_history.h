#pragma once

#include <string>
#include <vector>

#include "platform/core/time.h"

namespace crossfade {

// What a configuration changed in one experiment, against the one before.
struct ConfigurationChange {
  std::string experiment;
  Timestamp at;                      // from when on it was active
  std::string checksum;              // of the configuration that made the change
  std::vector<std::string> changes;  // "coverage is 0.5, was 0.2"; at least one

  bool operator==(const ConfigurationChange&) const = default;
};

// A configuration as the store recorded it.
struct RecordedConfiguration {
  Timestamp since;
  std::string checksum;
  std::string text;

  bool operator==(const RecordedConfiguration&) const = default;
};

// All that a store recorded, oldest first, and what changed from one to the next.
struct ConfigurationHistory {
  std::vector<RecordedConfiguration> configurations;  // the last one is the current one
  std::vector<ConfigurationChange> changes;           // of all experiments

  bool operator==(const ConfigurationHistory&) const = default;
};

}  // namespace crossfade
