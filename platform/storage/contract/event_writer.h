#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "platform/core/events.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::storage {

// The one way into a store for everybody who logs: a bounded queue and one thread that appends all that is waiting as
// one batch (group commit). Thread-safe.
class EventWriter {
 public:
  struct Options {
    // Rows that may wait; submit blocks while there are more. More of them ride out a longer stall of the disk, and
    // take memory. Default: 65 536.
    std::size_t capacity = 1 << 16;

    // While nobody waits for durability, rows are gathered until there are so many. Larger batches cost less a row.
    // Default: 8 192.
    std::size_t bulk_rows = 1 << 13;

    // Rows are gathered no longer than this from the first one on. What nobody waited for is lost when the process ends
    // before. Default: 50 ms.
    std::chrono::milliseconds linger{50};
  };
  using Ticket = std::uint64_t;  // never falls
  enum class Urgency {
    none,     // the rows may be gathered
    awaited,  // somebody is about to wait for them: they are written at once
  };

  EventWriter(EventStore& store, Options options);  // `store` must outlive it
  ~EventWriter();                                   // writes what is waiting; an error then is lost: flush first

  // Queues the rows of `batch`, which are committed together. Throws Error when an earlier commit has failed: from then
  // on nothing is accepted, so that nothing is acknowledged that is not in the store.
  Ticket submit(EventBatch batch, Urgency urgency = Urgency::none);
  // Returns when what the ticket stands for is durable; throws Error when it could not be written.
  void wait(Ticket ticket);
  // Waits for all that was submitted so far.
  void flush();

  // Who waits at this moment, for those who must know it without a clock, as tests do.
  struct Waiting {
    bool for_rows = false;     // the writer gathers: it has rows that nobody waits for
    std::size_t for_room = 0;  // threads in submit
  };
  Waiting waiting() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossfade::storage
