#pragma once

#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/time.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::runtime {

// The configurations that a store recorded, each compared with the one before. A text that this program cannot read
// (another one wrote it, by other rules) changed nothing as far as it knows: the next one is compared with the one
// before it.
class RecordedHistory {
 public:
  explicit RecordedHistory(const storage::EventStore& store);

  // As EventStore::record_configuration: does nothing when the latest one has the same checksum.
  void add(const Configuration& configuration, Timestamp since);

  const ConfigurationHistory& history() const { return history_; }

 private:
  void compare(const Configuration& configuration, Timestamp since);

  ConfigurationHistory history_;
  Configuration latest_;  // that could be read
};

}  // namespace crossfade::runtime
