#include "simulator/listener/simulation.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <string>
#include <thread>

#include "platform/core/error.h"
#include "platform/core/mutex.h"
#include "platform/core/random.h"
#include "simulator/listener/listener.h"
#include "simulator/world/nearest.h"

namespace crossfade::simulator {

namespace {

using Seconds = std::chrono::duration<double>;
__extension__ using Wide = __int128;

// What one listener's complete sessions add up to, and when the last one ended.
struct ListenerTotals {
  std::int64_t sessions = 0;
  std::int64_t hundredths = 0;
  std::int64_t busy_until_ms = 0;
};

// Sums over sessions of one thread; aligned, so that threads do not share cache lines.
struct alignas(64) ThreadTotals {
  std::int64_t sessions = 0;
  std::int64_t aborted = 0;
  std::int64_t tracks = 0;
  std::int64_t hundredths = 0;
  Wide squared_difference = 0;  // of (tracks x 100 - hundredths)
  std::atomic<std::int64_t> complete = 0;
};

class Run {
 public:
  Run(const World& world, const SimulationOptions& options)
      : world_(world),
        options_(options),
        first_tracks_(world.embeddings, interests_of(world), static_cast<std::size_t>(world.rules.interest_neighbours),
                      options.threads),
        listeners_(std::min(options.listeners.value_or(world.listeners.size()), world.listeners.size())),
        threads_(options.threads) {}

  void play(const std::function<std::unique_ptr<Client>(std::size_t)>& make_client,
            const std::function<void(std::int64_t)>& progress) {
    std::vector<std::unique_ptr<Client>> clients;
    clients.reserve(options_.threads);
    for (std::size_t i = 0; i < options_.threads; ++i) clients.push_back(make_client(i));
    std::vector<std::jthread> workers;
    workers.reserve(options_.threads);
    for (std::size_t i = 0; i < options_.threads; ++i) {
      workers.emplace_back([this, i, &client = *clients[i]] { work_guarded(i, client); });
    }
    wait(progress);
    workers.clear();  // joins
    const MutexLock lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }

  Summary summary() const;

 private:
  static std::vector<TrackId> interests_of(const World& world) {
    std::vector<TrackId> all;
    for (const Listener& listener : world.listeners) {
      all.insert(all.end(), listener.interests.begin(), listener.interests.end());
    }
    return all;
  }

  void work_guarded(std::size_t thread, Client& client) {
    try {
      work(thread, client);
    } catch (const Leave&) {
      stop_ = true;
    } catch (...) {
      stop_ = true;
      const MutexLock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
    const MutexLock lock(mutex_);
    ++finished_;
    done_.notify_all();
  }

  void work(std::size_t thread, Client& client) {
    ListenerSession session(world_);
    const std::uint64_t first_day = static_cast<std::uint64_t>(options_.start.ms / kMsPerDay);
    for (int day = 0; day < options_.days; ++day) {
      const std::int64_t sessions = sessions_of_day(day);
      const std::int64_t midnight = options_.start.ms + day * kMsPerDay;
      for (std::int64_t i = 0; i < sessions; ++i) {
        Random random{options_.seed, kSessions, first_day + static_cast<std::uint64_t>(day),
                      static_cast<std::uint64_t>(i)};
        const std::size_t listener = random.below(listeners_.size());
        if (listener % options_.threads != thread) continue;
        if (stop_.load(std::memory_order_relaxed)) return;
        const auto into_day = static_cast<std::int64_t>(static_cast<Wide>(kMsPerDay) * i / sessions);
        try {
          play_session(listener, midnight + into_day, random, session, client);
          record(listener, session, threads_[thread]);
        } catch (const SessionAborted&) {
          ++threads_[thread].aborted;
        }
      }
    }
  }

  std::int64_t sessions_of_day(int day) const {
    const Wide n = options_.sessions;
    return static_cast<std::int64_t>(n * (day + 1) / options_.days - n * day / options_.days);
  }

  void play_session(std::size_t listener_index, std::int64_t from_ms, Random& random, ListenerSession& session,
                    Client& client) {
    const Listener& listener = world_.listeners[listener_index];
    ListenerTotals& totals = listeners_[listener_index];
    std::int64_t now = std::max(from_ms, totals.busy_until_ms);
    const TrackId interest = listener.interests[random.below(listener.interests.size())];
    const auto near = first_tracks_.of(interest);
    TrackId track = near[random.below(near.size())];
    int hundredths = 100;
    session.begin(listener, interest);
    session.play_first(track);
    while (true) {
      now += kPauseMs + hundredths * kTrackMs / 100;
      totals.busy_until_ms = now + kBetweenSessionsMs;
      if (!session.goes_on(hundredths, random)) break;
      track = client.next(listener.unit, track, hundredths / 100.0, {now});
      if (!world_.catalogue.contains(track)) throw unknown_track(track);
      hundredths = session.play(track);
    }
    client.last(listener.unit, track, hundredths / 100.0, {now});
  }

  Error unknown_track(TrackId track) const {
    return Error::user("track " + std::to_string(track.value) + " was recommended, which the world lacks (0.." +
                       std::to_string(world_.catalogue.size() - 1) + "): does the service have another world?");
  }

  void record(std::size_t listener, const ListenerSession& session, ThreadTotals& totals) {
    const std::int64_t difference = 100 * session.tracks() - session.hundredths();
    ++totals.sessions;
    totals.tracks += session.tracks();
    totals.hundredths += session.hundredths();
    totals.squared_difference += static_cast<Wide>(difference) * difference;
    ++listeners_[listener].sessions;
    listeners_[listener].hundredths += session.hundredths();
    totals.complete.store(totals.sessions, std::memory_order_relaxed);
  }

  void wait(const std::function<void(std::int64_t)>& progress) {
    using namespace std::chrono_literals;
    while (!wait_a_while(200ms)) {
      if (progress) progress(complete());
    }
    if (progress) progress(complete());
  }

  // Are all threads done?
  bool wait_a_while(std::chrono::milliseconds length) {
    const auto end = std::chrono::steady_clock::now() + length;
    const MutexLock lock(mutex_);
    while (finished_ < options_.threads && done_.wait_until(mutex_, end)) {
    }
    return finished_ == options_.threads;
  }

  std::int64_t complete() const {
    std::int64_t sum = 0;
    for (const ThreadTotals& totals : threads_) sum += totals.complete.load(std::memory_order_relaxed);
    return sum;
  }

  static constexpr std::uint64_t kSessions = key_of("sessions");

  const World& world_;
  const SimulationOptions& options_;
  NearestTracks first_tracks_;
  std::vector<ListenerTotals> listeners_;  // each is written by the one thread that it belongs to
  std::vector<ThreadTotals> threads_;
  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  Condition done_;
  std::size_t finished_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::exception_ptr failure_ CROSSFADE_GUARDED_BY(mutex_);  // the first one
};

Summary Run::summary() const {
  Summary summary;
  Wide squared = 0;
  for (const ThreadTotals& totals : threads_) {
    summary.sessions += totals.sessions;
    summary.aborted += totals.aborted;
    summary.tracks += totals.tracks;
    summary.hundredths += totals.hundredths;
    squared += totals.squared_difference;
  }
  if (summary.sessions == 0) return summary;
  const double n = static_cast<double>(summary.sessions);
  const std::int64_t difference = 100 * summary.tracks - summary.hundredths;
  summary.mean_time = static_cast<double>(summary.hundredths) / 100 / n;
  summary.mean_tracks = static_cast<double>(summary.tracks) / n;
  summary.mean_difference = static_cast<double>(difference) / 100 / n;
  // n sum(x^2) - (sum x)^2 in whole numbers: nothing is lost.
  const Wide scaled = squared * summary.sessions - static_cast<Wide>(difference) * difference;
  if (summary.sessions > 1) {
    summary.mean_difference_error = std::sqrt(static_cast<double>(scaled) / n / (n - 1) / n) / 100;
  }
  // Linearised ratio of the listeners' times and numbers of sessions.
  double squares = 0;
  for (const ListenerTotals& totals : listeners_) {
    if (totals.sessions == 0) continue;
    const double off =
        static_cast<double>(totals.hundredths) / 100 - summary.mean_time * static_cast<double>(totals.sessions);
    squares += off * off;
    ++summary.listeners;
  }
  const double clusters = static_cast<double>(summary.listeners);
  if (clusters > 1) summary.mean_time_error = std::sqrt(squares * clusters / (clusters - 1)) / n;
  return summary;
}

}  // namespace

Summary simulate(const World& world, const SimulationOptions& options,
                 const std::function<std::unique_ptr<Client>(std::size_t thread)>& make_client,
                 const std::function<void(std::int64_t sessions)>& progress) {
  const auto begin = std::chrono::steady_clock::now();
  Run run(world, options);
  const auto prepared = std::chrono::steady_clock::now();
  run.play(make_client, progress);
  Summary summary = run.summary();
  summary.preparation_seconds = Seconds(prepared - begin).count();
  summary.seconds = Seconds(std::chrono::steady_clock::now() - prepared).count();
  return summary;
}

}  // namespace crossfade::simulator
