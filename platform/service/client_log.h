#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "platform/core/events.h"
#include "platform/core/mutex.h"
#include "platform/service/logged_ids.h"
#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/event_writer.h"

namespace crossfade::service {

// Rows of one kind that a client logs at once.
struct ClientRows {
  // NOLINTBEGIN(readability-redundant-member-init)
  std::vector<Exposure> exposures = {};
  std::vector<CustomEvent> events = {};
  std::vector<Session> sessions = {};  // their ids are given by the service
  // NOLINTEND(readability-redundant-member-init)
  std::vector<std::optional<LoggedId>> ids;  // of each row; none: it counts each time that it comes
  Timestamp at;                              // when they came
};

// What became of them.
struct Taken {
  storage::EventWriter::Ticket ticket = 0;  // also of what came earlier under the same ids
  std::size_t accepted = 0;
  std::size_t repeated = 0;  // ids that were known
};

// Logs what clients send so that an id counts once, however often and at what moment it is sent again, and across
// restarts: the ids stand in the store, written with their rows. An id of rows that were refused is not known.
// Thread-safe.
class ClientLog {
 public:
  // Ids that are known at a time, of some 40 bytes each at the worst. While there are more, rows with new ids are
  // refused.
  static constexpr std::size_t kMostIds = std::size_t{1} << 24;

  // Reads the ids of the last days from the store. Both must outlive it.
  ClientLog(const storage::EventStore& store, storage::EventWriter& writer, std::size_t most_ids = kMostIds);

  // Queues the rows whose ids are not known, all of them or (it throws Error) none. Nobody may be told before the
  // ticket is durable. Nothing, and nothing is logged, where there would be too many ids.
  std::optional<Taken> begin(ClientRows&& rows, storage::EventWriter::Urgency urgency);

 private:
  using Ticket = storage::EventWriter::Ticket;
  // Ids whose rows may still be refused.
  struct Undurable {
    Ticket ticket = 0;
    std::vector<LoggedId> ids;
  };
  void settle() CROSSFADE_REQUIRES(mutex_);

  storage::EventWriter& writer_;
  const std::size_t most_ids_;
  Mutex mutex_;
  LoggedIds known_ CROSSFADE_GUARDED_BY(mutex_);
  std::deque<Undurable> undurable_ CROSSFADE_GUARDED_BY(mutex_);
  std::uint64_t refusals_ CROSSFADE_GUARDED_BY(mutex_) = 0;  // that undurable_ takes account of
};

}  // namespace crossfade::service
