// Requests that wait for another process.
#include "platform/core/error.h"
#include "platform/service/state.h"

namespace crossfade::service {

namespace {

constexpr int kMostOfUnit = 8;  // requests that wait for another one of theirs

// One of the threads that may wait, for the length of a scope, or none where there are too many.
class WaitingThread {
 public:
  WaitingThread(std::atomic<std::size_t>& waiting, std::size_t most)
      : waiting_(waiting), counted_(waiting.fetch_add(1, std::memory_order_relaxed) < most) {}
  ~WaitingThread() { waiting_.fetch_sub(1, std::memory_order_relaxed); }
  WaitingThread(const WaitingThread&) = delete;
  WaitingThread& operator=(const WaitingThread&) = delete;

  bool may_wait() const { return counted_; }

 private:
  std::atomic<std::size_t>& waiting_;
  const bool counted_;
};

}  // namespace

Recommended Service::State::answer(const Question& question, const ActiveConfiguration& active,
                                   const std::string& recommender, bool may_wait) const {
  const Event& event = question.event;
  Random random{options.seed, key_of(event.unit.value), static_cast<std::uint64_t>(question.started.ms),
                question.heard.size() - 1};
  const recommenders::Request request{.unit = event.unit,
                                      .previous = event.track,
                                      .fraction = event.fraction,
                                      .heard = question.heard,
                                      .history = question.history,
                                      .at = event.at,
                                      .since = question.since};
  return catalogue.contains(event.track)
             ? active.recommenders().answer(recommender, request, random, may_wait)
             : active.recommenders().answer_of_fallback(recommender, request, random, may_wait);
}

std::optional<Service::State::Asked> Service::State::ask_others(const Event& event, Shard& shard, UnitState& listener,
                                                                std::chrono::steady_clock::time_point since) {
  const std::string& recommender = listener.recommender_under(*shard.active, event.unit);
  if (!shard.active->recommenders().waits(recommender)) return std::nullopt;
  Asked asked{.active = shard.active, .recommended = {}};
  // The unit as it will be, and nothing of it yet: rows that are refused meanwhile may change what it is.
  const bool goes_on = listener.in_session() && !listener.is_idle(event.at, options.session_timeout_ms);
  const Listen listen{.track = event.track, .fraction = event.fraction, .at = event.at};
  std::vector<Listen> heard = goes_on ? listener.heard() : std::vector<Listen>{};
  heard.push_back(listen);
  const std::vector<Listen> history = shard.histories.with(event.unit, listen);
  const Question question{.event = event,
                          .started = goes_on ? listener.started() : event.at,
                          .heard = heard,
                          .history = history,
                          .since = since};
  const auto done = [&]() CROSSFADE_REQUIRES(shard.mutex) {
    listener.set_asking(false);
    --shard.asking;
    if (listener.waiting() > 0) shard.answered.notify_all();
  };
  listener.set_asking(true);
  ++shard.asking;
  shard.mutex.unlock();
  try {
    const WaitingThread thread(waiting, options.most_waiting);
    asked.recommended = answer(question, *asked.active, recommender, thread.may_wait());
  } catch (...) {
    shard.mutex.lock();
    done();
    throw;
  }
  shard.mutex.lock();
  done();
  return asked;
}

void Service::State::wait_for_unit(Shard& shard, const UnitId& unit) {
  UnitState& listener = shard.listeners[unit];
  if (!listener.is_asking()) return;
  const WaitingThread thread(waiting, options.most_waiting);
  if (!thread.may_wait() || listener.waiting() >= kMostOfUnit) {
    throw Error::unavailable("too many requests of unit " + unit.value + " at a time, want one after the other");
  }
  listener.add_waiting(1);
  while (listener.is_asking()) shard.answered.wait(shard.mutex);
  listener.add_waiting(-1);
}

}  // namespace crossfade::service
