#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/time.h"

namespace crossfade {

// What a configuration changed in one experiment, against the one before.
struct ConfigurationChange {
  std::string experiment;
  Timestamp at;                      // from when on it was active
  std::string checksum;              // of the configuration that made the change
  std::vector<std::string> changes;  // "coverage is 0.5, was 0.2"; at least one
  // Whether a variant became something else under the version that it had: two treatments are in its numbers.
  bool treatment = false;

  bool operator==(const ConfigurationChange&) const = default;
};

// Whoever was in this variant and in that one of another experiment at once got a parameter from the other one.
struct Displacement {
  std::string experiment;
  int version = 1;
  std::string variant;
  std::string by;
  int by_version = 1;
  std::string by_variant;

  auto operator<=>(const Displacement&) const = default;
};

// A configuration as the store recorded it.
struct RecordedConfiguration {
  Timestamp since;
  std::string checksum;
  std::string text;
  std::vector<RecommenderFile> files = {};  // that it served from; empty where nobody knows

  bool operator==(const RecordedConfiguration&) const = default;
};

// The variants that each version of an experiment has had in any configuration.
using KnownVariants = std::map<std::string, std::map<int, std::set<std::string>>>;

// All that a store recorded, oldest first, and what changed from one to the next.
struct ConfigurationHistory {
  std::vector<RecordedConfiguration> configurations;  // the last one is the current one
  std::vector<ConfigurationChange> changes;           // of all experiments
  std::set<Displacement> displacements = {};          // that any of them made possible
  KnownVariants variants = {};                        // of those that could be read

  bool operator==(const ConfigurationHistory&) const = default;
};

}  // namespace crossfade
