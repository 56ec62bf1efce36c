#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/configuration_history.h"
#include "platform/core/error.h"
#include "platform/core/mutex.h"
#include "platform/core/time.h"
#include "platform/runtime/recorded_history.h"
#include "platform/service/service.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::runtime {

// The configuration that a running server works with: from a file, recorded in the store, active in the service, and
// read again when the file changes, or one that its recommenders serve from. A configuration that would move units of a
// running experiment is refused, compared with the one before, also across restarts: the store knows it. current(),
// history() and generation() are thread-safe; the rest is for one thread.
class LiveConfiguration {
 public:
  // Reads, checks, records and activates. Throws Error with the faults. All references must outlive it.
  LiveConfiguration(std::filesystem::path file, service::Service& service, storage::EventStore& store,
                    const Clock& clock);

  const std::filesystem::path& file() const { return file_; }
  // shared: a request that began before a reload keeps its own.
  std::shared_ptr<const Configuration> current() const;
  // All that the store recorded, the current one last; shared for the same reason.
  std::shared_ptr<const ConfigurationHistory> history() const;

  // Rises when current() has become another one. Thread-safe.
  std::uint64_t generation() const { return generation_; }

  // Reads the file again, whether it has changed or not. Throws Error with the faults; then the former one stays. When
  // the store cannot be written now, the file counts as changed still. Where the file is as it was, a recommender whose
  // own files have become another treatment of a running experiment stays as it is, and holds up nobody else: returns
  // why, for each; throws it where nothing else has changed.
  std::vector<Fault> reload();
  // Has the file another size or time than when it was last read, or a recommender's file? False while it cannot be
  // seen; of a recommender's, which may be large and still being written, when it has not changed since the last call.
  bool changed();
  // Brings experiments whose schedule or ramp has come to a step to what they are now (config::in_time); false: nothing
  // was due. Throws Error as reload does; then it is due still.
  bool step();

 private:
  struct Stamp {
    std::filesystem::file_time_type written;
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  // As it was when it was read, and when it was last looked at.
  struct Seen {
    std::filesystem::path file;
    Stamp read;
    Stamp last;
  };
  static Stamp stamp_of(const std::filesystem::path& file);
  std::vector<Seen> files_of(const Configuration& configuration) const;
  // Those that stay as they are, and why.
  struct Held {
    std::set<std::string, std::less<>> recommenders;
    std::vector<Fault> faults;
  };
  Held held_back(const Configuration& next) const;
  std::vector<Fault> activate(Configuration loaded);

  const std::filesystem::path file_;
  service::Service& service_;
  storage::EventStore& store_;
  const Clock& clock_;
  Stamp stamp_;
  std::vector<Seen> files_;  // of the recommenders, of the latest configuration that could be read
  RecordedHistory recorded_;
  Configuration loaded_;  // the current one, as it stands in the file
  Timestamp in_time_as_of_;
  mutable Mutex mutex_;
  std::shared_ptr<const Configuration> current_ CROSSFADE_GUARDED_BY(mutex_);
  std::shared_ptr<const ConfigurationHistory> history_ CROSSFADE_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> generation_ = 0;
};

}  // namespace crossfade::runtime
