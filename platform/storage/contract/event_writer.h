#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

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

    // What follows a batch that cannot be written now (Error of the kind `unavailable`). Default: as after every other
    // error, nothing is written any more: who does not wait for his rows must not lose some in the middle. True: that
    // batch and all that waits behind it are refused, and so is every other until the store can be written again, which
    // the writer tries by itself. For a server, whose clients wait and send again what was refused.
    bool heals = false;

    // Of a writer that heals: how often it tries while it refuses. Default: 100 ms.
    std::chrono::milliseconds retry{100};

    // Of a writer that heals: how often it looks at the store while nothing is logged. Default: 1 s.
    std::chrono::milliseconds look{1000};

    // Of a writer that heals: gets a line when it begins to refuse, and one when it writes again. Must not throw.
    std::function<void(const std::string&)> say = nullptr;
  };
  using Ticket = std::uint64_t;  // never falls
  enum class Urgency {
    none,     // the rows may be gathered
    awaited,  // somebody is about to wait for them: they are written at once
  };

  EventWriter(EventStore& store, Options options);  // `store` must outlive it
  ~EventWriter();                                   // writes what is waiting; an error then is lost: flush first

  // Queues the rows of `batch`, which are committed together. Throws Error, and leaves `batch` as it is, while rows are
  // refused (unavailable), and for good when a commit has failed otherwise: so nothing is acknowledged that is not in
  // the store. `refusals`: throws as well where `refusals()` is another one by now.
  Ticket submit(EventBatch&& batch, Urgency urgency = Urgency::none,
                std::optional<std::uint64_t> refusals = std::nullopt);
  // Returns when what the ticket stands for is durable; throws Error when it could not be written.
  void wait(Ticket ticket);
  // Waits for all that was submitted so far. Throws Error when commits have failed for good. What was refused is
  // refused: who submitted it knows.
  void flush();

  // Whether what is submitted now would be taken; the reason why not is told by `submit`.
  bool accepts() const;
  // Whether commits have failed for good.
  bool failed() const;

  // For who remembers what he has logged (see Options::heals): rises when rows are refused that were taken before. Who
  // sees another number asks of which tickets: those of the rows that do not stand in the store, and never will.
  bool heals() const;
  std::uint64_t refusals() const;
  bool is_refused(Ticket ticket) const;
  // All tickets up to this one are done. To be read before `refusals`: then a ticket that is not refused is durable.
  Ticket done() const;

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
