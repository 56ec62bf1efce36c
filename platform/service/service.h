#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/events.h"
#include "platform/core/ids.h"
#include "platform/core/time.h"
#include "platform/service/active_configuration.h"
#include "platform/service/client_log.h"
#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/event_writer.h"
#include "recommenders/catalogue.h"
#include "recommenders/external/transport.h"

namespace crossfade::service {

// A listener played a track.
struct Event {
  UnitId unit;
  TrackId track;        // may be one that the catalogue lacks: logged, and answered by the fallback
  double fraction = 0;  // 0..1, finite: the caller has checked it
  Timestamp at;
};

// One request from end to end, no HTTP: assign, recommend, log. Thread-safe, also for requests of one unit at the same
// time (they are handled one after the other). Of a request whose rows are refused nothing is remembered: the next one
// begins the session or exposes the unit in its place.
class Service {
 public:
  struct Options {
    // Of the recommenders' randomness: each unit, session start and position has a stream of its own. The same seed and
    // requests give the same answers, in whatever order they come.
    std::uint64_t seed = 0;

    // A session without a playback for so long has ended. A shorter one cuts sessions of those who pause.
    std::int64_t session_timeout_ms = 30LL * 60 * 1000;

    // Whether a reply waits until its events are durable. Without it a request takes microseconds, and `flush` says
    // when all of them are: for simulations, whose listeners can be played again.
    bool wait_for_commit = true;

    // Whether latencies are recorded. Without them the log is a function of the seed alone.
    bool measure_latency = true;

    // Whether the histories that recommenders read are bounded, as docs/limits.md says: beyond it, those who have not
    // been heard for longest are forgotten, which depends on the order of requests. Not for simulations.
    bool forgets_history = true;

    // What the recommenders' files are relative to: the world's directory.
    std::filesystem::path data;

    // Whether they may lie elsewhere, too. Whoever may change the configuration then has files of the machine read.
    bool allow_outside = false;

    // In which the commands of recommenders run: their scripts count as files of theirs. Empty: they do not.
    std::filesystem::path commands = {};  // NOLINT(readability-redundant-member-init)

    // By which recommenders ask other processes; must outlive the service. Null: they have no answer.
    recommenders::external::Transports* transports = nullptr;

    // Threads that wait at once, for other processes and for a unit of which another request waits. Beyond it
    // recommenders that would wait are passed over for their fallback, and requests of one unit are refused
    // (unavailable): whoever calls has threads left for everybody else.
    std::size_t most_waiting = 128;
  };

  // Finds open sessions in the store, and what units have heard once a configuration reads it. All three must outlive
  // it.
  Service(const recommenders::Catalogue& catalogue, const storage::EventStore& store, storage::EventWriter& writer,
          Options options);
  ~Service();

  // Options::data.
  const std::filesystem::path& data() const;
  // What the recommender of `spec` would be loaded from now, with its checksums. Throws Error where that cannot be
  // read.
  std::vector<RecommenderFile> files_of(const RecommenderSpec& spec) const;

  // A configuration with all that requests need of it, shared by those that it serves.
  using Prepared = std::shared_ptr<const ActiveConfiguration>;
  // Recommenders that are `kept` stay as the active configuration has them, which must have them, with their files and
  // parts. Throws Error, and changes nothing, when another one cannot be loaded.
  Prepared prepare(const Configuration& configuration, const std::set<std::string, std::less<>>& kept = {});
  // From now on requests are served by this configuration; those under way end by the former.
  void activate(const Prepared& prepared) noexcept;
  void activate(const Configuration& configuration);  // both

  // Whether a recommender of the active configuration learns from what comes of its answers.
  bool learns() const;
  // Has what recommenders learned from their answers count from now on, and saves it: between simulated days, when
  // nobody plays, or from time to time. Where the writer heals they learn from what is durable alone. Throws Error when
  // a state cannot be saved.
  void advance();

  // Logs the playback and answers what plays next. Throws Error (unknown) where the configuration has no recommender.
  // Durable when it returns (see Options).
  TrackId next(const Event& event);
  // Logs the playback and ends the session.
  void last(const Event& event);

  // `next` and `last` in two steps, for a caller with many requests under way and few threads: nobody may be told of a
  // playback before `wait` has returned for its ticket. Tickets are durable in their order.
  using Ticket = storage::EventWriter::Ticket;
  struct Begun {
    TrackId track;  // that plays next
    Ticket ticket = 0;
  };
  Begun begin_next(const Event& event);
  Ticket begin_last(const Event& event);
  // The variants of units, in their order, by one configuration; logs whom they expose. Reads nothing of the store.
  // Without exposures there is no ticket. Throws Error (user) as ActiveConfiguration::assign does, and logs nobody
  // then.
  struct BegunAssignments {
    Prepared configuration;  // which the answers point into
    std::vector<AssignmentAnswer> answers;
    std::optional<Ticket> ticket;
  };
  BegunAssignments begin_assignments(std::span<const AssignmentRequest> requests, Timestamp at);
  // Logs what a client sends, all of it or none, as ClientLog does; sessions get ids of their own. Nothing where too
  // many ids would be known.
  std::optional<Taken> begin_log(ClientRows rows);
  // Throws Error when what the ticket stands for could not be written.
  void wait(Ticket ticket);

  // Ends the sessions that have been idle for the timeout, and forgets listeners who have; returns of how many sessions
  // the end is durable. Where the writer heals, rows that are refused are logged again the next time.
  std::size_t close_idle_sessions(Timestamp now);
  // Returns when all that was logged so far is durable.
  void flush();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossfade::service
