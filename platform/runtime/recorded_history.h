#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/changes/past_runs.h"
#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/error.h"
#include "platform/core/time.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::runtime {

// The configurations that a store recorded, each compared with the one before. A text that this program cannot read
// (another one wrote it, by other rules) changed nothing as far as it knows: the next one is compared with the one
// before it.
class RecordedHistory {
 public:
  explicit RecordedHistory(const storage::EventStore& store);

  // As EventStore::record_configuration: does nothing when the latest one has the same checksum and files.
  void add(const Configuration& configuration, Timestamp since);

  const ConfigurationHistory& history() const { return history_; }
  // Why a configuration may not follow; empty where it may: see config::changes_refused.
  std::vector<Fault> refused(const Configuration& next, const std::filesystem::path& file) const;
  // Throws Error with these faults.
  void require_may_follow(const Configuration& next, const std::filesystem::path& file) const;
  // The latest that could be read; an empty one where none was recorded.
  const Configuration& latest() const { return latest_; }
  // An experiment as it last ran; nullptr: it has not run.
  const Experiment* latest_run(std::string_view key) const;
  // Of every version that does not run any more.
  std::vector<storage::ExperimentEnd> ends() const;
  // Why the latest recorded text could not be read; "" where it could.
  const std::string& unread() const { return unread_; }

 private:
  void compare(const Configuration& configuration, Timestamp since);

  ConfigurationHistory history_;
  Configuration latest_;  // that could be read
  config::PastRuns past_;
  std::string unread_;
};

}  // namespace crossfade::runtime
