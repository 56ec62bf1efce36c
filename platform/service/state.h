#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/core/mutex.h"
#include "platform/core/random.h"
#include "platform/service/active_configuration.h"
#include "platform/service/listening_histories.h"
#include "platform/service/service.h"
#include "platform/service/unit_state.h"

// What a Service consists of; for its own sources.
namespace crossfade::service {

// What came of a recommendation: the listener played its track next.
struct Reward {
  std::string recommender;  // as it is recorded
  // What was recommended in answer to.
  std::vector<Listen> heard;  // in the session, not empty
  std::vector<Listen> history;
  TrackId track;
  double fraction = 0;  // of it that was heard
};

// A request whose rows may still be refused (see EventWriter::Options::heals).
struct Undurable {
  storage::EventWriter::Ticket ticket = 0;
  UnitId unit;
  UnitState::Before before;
  ListeningHistories::Before history;
  std::optional<Reward> reward;  // learned once the rows are durable
};

// In a shard. Above it, those that are durable by now are forgotten.
inline constexpr std::size_t kMostUndurable = 32;

// Requests of units in different shards do not wait for each other.
inline constexpr std::size_t kShards = 256;

struct alignas(64) Shard {
  Mutex mutex;
  // Each shard has the configuration for itself, so that a request takes one lock and counts no references.
  std::shared_ptr<const ActiveConfiguration> active CROSSFADE_GUARDED_BY(mutex);
  // Those in a session, and for a while those who have been. Whoever was forgotten is exposed again when they come
  // back, which the store knows to ignore: an exposure that is there keeps its first_seen.
  std::unordered_map<UnitId, UnitState, HashUnit> listeners CROSSFADE_GUARDED_BY(mutex);

  ListeningHistories histories CROSSFADE_GUARDED_BY(mutex);

  std::size_t asking CROSSFADE_GUARDED_BY(mutex) = 0;  // units
  Condition answered;                                  // one of them has its answer

  // What the listeners were before each request that is perhaps not durable yet, in order, and as of which refusals.
  std::vector<Undurable> undurable CROSSFADE_GUARDED_BY(mutex);
  std::uint64_t refusals CROSSFADE_GUARDED_BY(mutex) = 0;
};

struct Service::State {
  State(const recommenders::Catalogue& all_tracks, const storage::EventStore& events, storage::EventWriter& log,
        Options how)
      : catalogue(all_tracks), store(events), writer(log), options(std::move(how)), client_log(events, log) {}

  std::array<Shard, kShards> shards;
  std::atomic<std::int64_t> last_session{0};
  std::atomic<std::size_t> waiting{0};  // threads, see Options::most_waiting
  const recommenders::Catalogue& catalogue;
  const storage::EventStore& store;
  storage::EventWriter& writer;
  const Options options;
  ClientLog client_log;

  Mutex activating;
  VariantNumbers variants CROSSFADE_GUARDED_BY(activating);
  std::uint64_t configurations CROSSFADE_GUARDED_BY(activating) = 0;
  std::size_t listens CROSSFADE_GUARDED_BY(activating) = 0;  // of each unit that the histories keep

  Mutex sweeping;
  // Rows of sessions that have timed out, until they are durable: those that were refused are logged again.
  std::vector<Session> timed_out CROSSFADE_GUARDED_BY(sweeping);

  static std::size_t number_of_shard(const UnitId& unit) { return mix64(key_of(unit.value)) % kShards; }
  Shard& shard_of(const UnitId& unit) { return shards[number_of_shard(unit)]; }
  void restore();
  // Has the histories hold that many listens of each unit, from now on and as the store knows them.
  void keep_listens(std::size_t count) CROSSFADE_REQUIRES(activating);
  // Logs, and answers the track that plays next unless it was the last. Does not wait.
  Begun handle(const Event& event, bool is_last);
  // What a recommender is asked of an event, and by whom.
  struct Question {
    const Event& event;
    Timestamp started;              // of the session
    std::span<const Listen> heard;  // in it, the event's track last
    std::span<const Listen> history;
    std::chrono::steady_clock::time_point since = {};  // recommenders::Request
  };
  Recommended answer(const Question& question, const ActiveConfiguration& active, const std::string& recommender,
                     bool may_wait = true) const;

  // An answer for which others were asked, and the configuration that the request ends by.
  struct Asked {
    std::shared_ptr<const ActiveConfiguration> active;
    Recommended recommended;
  };
  // Where the unit's recommender waits for another process: asks it, without the mutex; of the unit no other request
  // goes on meanwhile. Nothing where it does not wait, and the mutex was held all the time.
  std::optional<Asked> ask_others(const Event& event, Shard& shard, UnitState& listener,
                                  std::chrono::steady_clock::time_point since) CROSSFADE_REQUIRES(shard.mutex);
  // Until no other request of the unit is asking. Throws Error (unavailable) where too many wait.
  void wait_for_unit(Shard& shard, const UnitId& unit) CROSSFADE_REQUIRES(shard.mutex);

  std::shared_ptr<const ActiveConfiguration> active();
  recommenders::Surroundings surroundings() const {
    return {.data = options.data,
            .allow_outside = options.allow_outside,
            .commands = options.commands,
            .transports = options.transports};
  }
  // Before the event is heard: what it says of a recommendation, where its track was recommended.
  static std::optional<Reward> reward_of(const Event& event, UnitState& listener, std::span<const Listen> history);
  // Whoever is recorded as having recommended it learns.
  static void learn(const UnitId& unit, const Reward& reward, const ActiveConfiguration& active);
  storage::EventWriter::Ticket log(EventBatch&& batch, std::optional<std::uint64_t> refusals = std::nullopt);
  // Brings the memory of a shard's listeners to what is in the store or on its way there: of what was refused it knows
  // nothing, and from what is forgotten as durable recommenders learn. To be called before the memory is used.
  void settle(Shard& shard, std::size_t most_undurable = kMostUndurable) const CROSSFADE_REQUIRES(shard.mutex);
  // Adds the rows of a shard's sessions that have timed out, and forgets whoever has not been heard for so long.
  void end_idle_sessions(Shard& shard, Timestamp now, std::vector<Session>& ended) const
      CROSSFADE_EXCLUDES(shard.mutex);
};

}  // namespace crossfade::service
