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
  std::int64_t budgets = 0;
  Wide squared_difference = 0;  // of (tracks x 100 - hundredths - budget x 100)
  double search_seconds = 0;
  std::atomic<std::int64_t> complete = 0;
};

// When the sessions of a simulation are, and what chance they have: the same for whoever asks.
class Schedule {
 public:
  explicit Schedule(const SimulationOptions& options)
      : options_(options), first_day_(static_cast<std::uint64_t>(options.start.ms / kMsPerDay)) {}

  int days() const { return options_.days; }
  std::int64_t sessions_of_day(int day) const {
    const Wide n = options_.sessions;
    return static_cast<std::int64_t>(n * (day + 1) / options_.days - n * day / options_.days);
  }
  // The stream that session i of a day draws from; the listener is the first to be drawn, their interest the second.
  Random random(int day, std::int64_t i) const {
    return Random{options_.seed, kSessions, first_day_ + static_cast<std::uint64_t>(day),
                  static_cast<std::uint64_t>(i)};
  }
  Timestamp start(int day, std::int64_t i) const {
    const std::int64_t midnight = options_.start.ms + day * kMsPerDay;
    return {midnight + static_cast<std::int64_t>(static_cast<Wide>(kMsPerDay) * i / sessions_of_day(day))};
  }

 private:
  static constexpr std::uint64_t kSessions = key_of("sessions");

  const SimulationOptions& options_;
  std::uint64_t first_day_;
};

// One of a schedule's sessions.
struct Place {
  int day = 0;
  std::int64_t i = 0;

  auto operator<=>(const Place&) const = default;
};

// How many tracks a session may begin with, by interest: the most that a listener with it wants.
std::vector<std::uint32_t> first_tracks_wanted(const World& world) {
  std::vector<std::uint32_t> counts(world.catalogue.size(), 0);
  for (const Listener& listener : world.listeners) {
    const auto wanted = static_cast<std::uint32_t>(listener.rules(world.rules).interest_neighbours);
    for (const TrackId interest : listener.interests) {
      counts[interest.value] = std::max(counts[interest.value], wanted);
    }
  }
  return counts;
}

class Run {
 public:
  Run(const World& world, const SimulationOptions& options)
      : world_(world),
        options_(options),
        schedule_(options),
        first_tracks_(world.embeddings, first_tracks_wanted(world)),
        listeners_(std::min(options.listeners.value_or(world.listeners.size()), world.listeners.size())),
        players_(std::max(options.threads, options.at_once)),
        threads_(players_) {}

  void play(const std::function<std::unique_ptr<Client>(std::size_t)>& make_client,
            const std::function<void(std::int64_t)>& progress, const BetweenDays& between) {
    std::vector<std::unique_ptr<Client>> clients;
    clients.reserve(players_);
    for (std::size_t i = 0; i < players_; ++i) clients.push_back(make_client(i));
    if (!between) {
      play_days({.first = 0, .end = options_.days}, clients, progress);
      return;
    }
    for (int day = 0; day < options_.days && !stop_; ++day) {
      play_days({.first = day, .end = day + 1}, clients, progress);
      if (stop_ || day + 1 == options_.days || !between(day, summary())) return;
    }
  }

  Summary summary() const;

 private:
  struct Days {
    int first = 0;
    int end = 0;
  };

  void play_days(Days days, const std::vector<std::unique_ptr<Client>>& clients,
                 const std::function<void(std::int64_t)>& progress) {
    {
      const MutexLock lock(mutex_);
      finished_ = 0;
    }
    std::vector<std::jthread> workers;
    workers.reserve(players_);
    for (std::size_t i = 0; i < players_; ++i) {
      workers.emplace_back([this, i, days, &client = *clients[i]] { work_guarded(i, days, client); });
    }
    wait(progress);
    workers.clear();  // joins
    const MutexLock lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }

  void work_guarded(std::size_t thread, Days days, Client& client) {
    try {
      work(thread, days, client);
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

  void work(std::size_t thread, Days days, Client& client) {
    ListenerSession session(world_);
    for (Place place{.day = days.first}; place.day < days.end; ++place.day) {
      const std::int64_t sessions = schedule_.sessions_of_day(place.day);
      for (place.i = 0; place.i < sessions; ++place.i) {
        Random random = schedule_.random(place.day, place.i);
        const std::size_t listener = random.below(listeners_.size());
        if (listener % players_ != thread) continue;
        if (stop_.load(std::memory_order_relaxed)) return;
        try {
          play_session(listener, place, random, session, client);
          record(listener, session, threads_[thread]);
        } catch (const SessionAborted&) {
          ++threads_[thread].aborted;
        }
      }
    }
  }

  // What a session of `interest` may begin with. Where it must be searched for, so are the interests of the sessions to
  // come, which costs little more.
  std::span<const TrackId> first_tracks(TrackId interest, Place place, std::size_t thread) {
    if (first_tracks_.has(interest)) return first_tracks_.of(interest);
    const auto begin = std::chrono::steady_clock::now();
    if (!first_tracks_.knows(interest)) first_tracks_.find(interests_from(place, thread));
    const auto found = first_tracks_.of(interest);
    threads_[thread].search_seconds += Seconds(std::chrono::steady_clock::now() - begin).count();
    return found;
  }

  // Of the thread's sessions from `place` on, as many as are searched for at once, as far as they are near.
  std::vector<TrackId> interests_from(Place place, std::size_t thread) const {
    constexpr int farthest = 65'536;  // sessions of all threads
    std::vector<TrackId> interests;
    for (int passed = 0; passed < farthest && place.day < schedule_.days(); ++passed, ++place.i) {
      while (place.day < schedule_.days() && place.i >= schedule_.sessions_of_day(place.day))
        place = {place.day + 1, 0};
      if (place.day >= schedule_.days()) break;
      Random random = schedule_.random(place.day, place.i);
      const std::size_t listener = random.below(listeners_.size());
      if (listener % players_ != thread) continue;
      const std::vector<TrackId>& all = world_.listeners[listener].interests;
      const TrackId interest = all[random.below(all.size())];
      if (first_tracks_.knows(interest) || std::ranges::find(interests, interest) != interests.end()) continue;
      interests.push_back(interest);
      if (interests.size() == NearestTracks::kAtOnce) break;
    }
    return interests;
  }

  void play_session(std::size_t listener_index, Place place, Random& random, ListenerSession& session, Client& client) {
    const Listener& listener = world_.listeners[listener_index];
    ListenerTotals& totals = listeners_[listener_index];
    std::int64_t now = std::max(schedule_.start(place.day, place.i).ms, totals.busy_until_ms);
    const TrackId interest = listener.interests[random.below(listener.interests.size())];
    session.begin(listener, interest);
    const std::size_t neighbours = static_cast<std::size_t>(session.rules().interest_neighbours);
    auto near = first_tracks(interest, place, listener_index % players_);
    near = near.first(std::min(near.size(), neighbours));  // others with this interest may have more
    TrackId track = near[random.below(near.size())];
    int hundredths = 100;
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
    const std::int64_t budget = session.rules().session_budget;
    const std::int64_t difference = 100 * session.tracks() - session.hundredths() - 100 * budget;
    ++totals.sessions;
    totals.budgets += budget;
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
    while (finished_ < players_ && done_.wait_until(mutex_, end)) {
    }
    return finished_ == players_;
  }

  std::int64_t complete() const {
    std::int64_t sum = 0;
    for (const ThreadTotals& totals : threads_) sum += totals.complete.load(std::memory_order_relaxed);
    return sum;
  }

  const World& world_;
  const SimulationOptions& options_;
  Schedule schedule_;
  NearestTracks first_tracks_;
  std::vector<ListenerTotals> listeners_;  // each is written by the one thread that it belongs to
  const std::size_t players_;              // threads that play
  std::vector<ThreadTotals> threads_;
  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  Condition done_;
  std::size_t finished_ CROSSFADE_GUARDED_BY(mutex_) = 0;
  std::exception_ptr failure_ CROSSFADE_GUARDED_BY(mutex_);  // the first one
};

Summary Run::summary() const {
  Summary summary;
  std::int64_t budgets = 0;
  Wide squared = 0;
  for (const ThreadTotals& totals : threads_) {
    summary.sessions += totals.sessions;
    summary.aborted += totals.aborted;
    summary.tracks += totals.tracks;
    summary.hundredths += totals.hundredths;
    summary.preparation_seconds += totals.search_seconds / static_cast<double>(threads_.size());
    budgets += totals.budgets;
    squared += totals.squared_difference;
  }
  if (summary.sessions == 0) return summary;
  const double n = static_cast<double>(summary.sessions);
  const std::int64_t difference = 100 * summary.tracks - summary.hundredths;
  summary.mean_time = static_cast<double>(summary.hundredths) / 100 / n;
  summary.mean_tracks = static_cast<double>(summary.tracks) / n;
  summary.mean_difference = static_cast<double>(difference) / 100 / n;
  summary.mean_budget = static_cast<double>(budgets) / n;
  // n sum(x^2) - (sum x)^2 in whole numbers: nothing is lost.
  const Wide off_budget = difference - 100 * budgets;
  const Wide scaled = squared * summary.sessions - off_budget * off_budget;
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
                 const std::function<void(std::int64_t sessions)>& progress, const BetweenDays& between) {
  const auto begin = std::chrono::steady_clock::now();
  Run run(world, options);
  run.play(make_client, progress, between);
  Summary summary = run.summary();
  // Each thread searches and plays in turn.
  const double elapsed = Seconds(std::chrono::steady_clock::now() - begin).count();
  summary.seconds = elapsed - summary.preparation_seconds;
  return summary;
}

}  // namespace crossfade::simulator
