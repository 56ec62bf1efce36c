#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/error.h"
#include "platform/runtime/recorded_history.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::runtime {

// Units that would be in another variant of an experiment than they are; "": in none, or it does not run.
struct UnitMove {
  std::string from;
  std::string to;
  std::int64_t units = 0;

  bool operator==(const UnitMove&) const = default;
};

// What would become of one experiment.
struct ExperimentFollowing {
  std::string experiment;
  std::vector<std::string> changes;  // config::describe_changes
  std::vector<UnitMove> moves;       // of the units that the store knows, sorted
  bool ends = false;                 // the version that runs now would, for good
  int version = 0;                   // in the configuration; 0: it would not be there
  bool same_split = false;           // a higher version would split the units as the one that ran last did

  bool operator==(const ExperimentFollowing&) const = default;
};

// A parameter of everybody that would have another value.
struct ParameterFollowing {
  std::string change;      // "recommender is top_pop, was random"
  std::int64_t units = 0;  // known ones, in the variants that they would be in, that would get another value than now

  bool operator==(const ParameterFollowing&) const = default;
};

// What a reload of a configuration would do to a store.
struct Following {
  std::vector<Fault> refused;  // why nothing at all would be done; empty: it would be
  std::int64_t units = 0;      // that the store knows
  // Of these, without attributes: whoever is asked for some has none. Nothing: no experiment that would change asks.
  std::optional<std::int64_t> without_attributes;
  std::vector<ParameterFollowing> parameters;    // that would change
  std::vector<ExperimentFollowing> experiments;  // those that would change, were it not refused
};

// `next` as LiveConfiguration would take it, after the latest that `recorded` (of the same store) could read. Contents
// of files are compared where `next.files` has them. `file`: named in faults. Passes over the store's units.
Following following(const RecordedHistory& recorded, const storage::EventStore& store, const Configuration& next,
                    const std::filesystem::path& file);

}  // namespace crossfade::runtime
