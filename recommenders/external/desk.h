#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/mutex.h"
#include "recommenders/external/answer.h"
#include "recommenders/external/bounded_log.h"
#include "recommenders/external/breaker.h"
#include "recommenders/external/figures.h"
#include "recommenders/external/transport.h"

namespace crossfade::recommenders::external {

// Where the requests to one recommender in another process wait: they are put into messages, and what comes back is
// matched with them by id, checked, and given up when it is late. Thread-safe.
class Desk final : private Receiver {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Options {
    std::string recommender = {};         // the instance's name
    std::size_t tracks = 0;               // that the catalogue has
    std::chrono::milliseconds timeout{};  // from a request's arrival to its answer
    std::size_t batch = 1;                // most requests of a message; more than 1: each message is a batch
    std::size_t concurrency = 1;          // most requests that wait
    bool starts = false;                  // it has to start before it can answer, for which nobody is blamed
  };
  using Connect = std::function<std::unique_ptr<Transport>(Transports& transports, Receiver& receiver)>;

  // `transports` must outlive it.
  Desk(Options options, Transports& transports, const Connect& connect);
  ~Desk() override;
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  struct Result {
    Outcome outcome = Outcome::down;
    TrackId track = {};  // where it is `answered`
    std::optional<double> propensity = std::nullopt;
  };
  // Asks, and waits for the answer: until the timeout has passed since `since`. `write` makes the question with that
  // id, where it will be asked. With strict transports it waits for its place without a limit, and a failure is an
  // Error (internal), for this request and for all others from then on.
  Result ask(Time since, const std::function<std::string(std::uint64_t id)>& write);

 private:
  struct Waiting {
    std::string question = {};
    Time since = {};
    std::uint64_t sent = 0;  // the message that it is in; 0: none yet
    std::optional<Result> result = std::nullopt;
    Condition changed = {};
  };
  struct Message {
    std::size_t size = 0;  // requests
    std::size_t left = 0;  // that wait for their answer
    Time at;
  };

  void up() override;
  void down(const std::string& why) override;
  void received(std::uint64_t sent, std::string_view message) override;
  void over(std::uint64_t sent, const std::string& why) override;

  // Why nobody is asked; nothing where the request is under way from now on.
  std::optional<Outcome> refused(Time since, Time now) CROSSFADE_REQUIRES(mutex_);
  Result wait(std::uint64_t id, Waiting& waiting) CROSSFADE_REQUIRES(mutex_);
  // When a request is given up, as it looks now.
  Time deadline(const Waiting& waiting, Time now) const CROSSFADE_REQUIRES(mutex_);
  void give_up(std::uint64_t id, Waiting& waiting, Time now) CROSSFADE_REQUIRES(mutex_);
  // What the outcome says of who was asked.
  void learn(Outcome outcome, Time now) CROSSFADE_REQUIRES(mutex_);
  void match(const Answer& answer) CROSSFADE_REQUIRES(mutex_);
  // Which message something that is no answer stands for. 0: none.
  std::uint64_t spoilt(std::uint64_t sent, const Answers& answers) const CROSSFADE_REQUIRES(mutex_);
  void dispatch(Time now) CROSSFADE_REQUIRES(mutex_);
  void finish(std::uint64_t id, Waiting& waiting, const Result& result) CROSSFADE_REQUIRES(mutex_);
  // Those of message `sent`, or all.
  void fail(std::optional<std::uint64_t> sent, const std::string& why) CROSSFADE_REQUIRES(mutex_);
  void finish_all(std::optional<std::uint64_t> sent, Outcome outcome) CROSSFADE_REQUIRES(mutex_);
  void break_off(const std::string& why) CROSSFADE_REQUIRES(mutex_);

  const Options options_;
  Transports& transports_;
  const bool strict_;
  Figures& figures_;
  BoundedLog log_;

  Mutex mutex_;
  std::uint64_t last_id_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::uint64_t last_sent_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::size_t under_way_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::uint64_t, Waiting*> waiting_ CROSSFADE_GUARDED_BY(mutex_);  // by id
  std::deque<std::uint64_t> queue_ CROSSFADE_GUARDED_BY(mutex_);                      // ids that no message has yet
  std::unordered_map<std::uint64_t, Message> messages_ CROSSFADE_GUARDED_BY(mutex_);  // under way
  Breaker breaker_ CROSSFADE_GUARDED_BY(mutex_){Breaker::Options{}};
  bool up_ CROSSFADE_GUARDED_BY(mutex_) = true;
  bool starting_ CROSSFADE_GUARDED_BY(mutex_);             // nothing came back yet from who was started last
  Time ready_ CROSSFADE_GUARDED_BY(mutex_);                // since when something has
  Time heard_ CROSSFADE_GUARDED_BY(mutex_);                // when something came back last
  std::optional<Time> owed_ CROSSFADE_GUARDED_BY(mutex_);  // since when there is something to answer, and no answer
  std::string broken_ CROSSFADE_GUARDED_BY(mutex_);        // strict: why nobody is asked any more
  std::unique_ptr<Transport> transport_;                   // last: its thread uses all the others
};

}  // namespace crossfade::recommenders::external
