#include "simulator/listener/simulation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>

#include "simulator/clients/dummy_client.h"
#include "tests/simulator/clients.h"
#include "tests/simulator/support.h"

using namespace crossfade;
using namespace crossfade::simulator;
using namespace crossfade::simulator::testing;

namespace {

struct Call {
  std::int64_t at = 0;
  std::uint32_t track = 0;
  double fraction = 0;
  bool last = false;

  bool operator==(const Call&) const = default;
};

// Writes down every call by listener, in the order of the calls.
struct Journal {
  std::mutex mutex;
  std::map<UnitId, std::vector<Call>> calls;
};

class RecordingClient final : public Client {
 public:
  RecordingClient(Journal& journal, std::size_t tracks) : journal_(journal), dummy_(tracks, 9) {}

  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    const std::lock_guard lock(journal_.mutex);
    journal_.calls[unit].push_back({at.ms, track.value, fraction, false});
    return dummy_.next(unit, track, fraction, at);
  }
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    const std::lock_guard lock(journal_.mutex);
    journal_.calls[unit].push_back({at.ms, track.value, fraction, true});
  }

 private:
  Journal& journal_;
  DummyClient dummy_;
};

// Fails at one listener's requests in one of the ways that there are.
template <typename Failure>
class FailingClient final : public Client {
 public:
  explicit FailingClient(std::size_t tracks) : dummy_(tracks, 9) {}
  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    if (unit.value.ends_with("3")) throw Failure{"lost"};
    return dummy_.next(unit, track, fraction, at);
  }
  void last(const UnitId& /*unit*/, TrackId /*track*/, double /*fraction*/, Timestamp /*at*/) override {}

 private:
  DummyClient dummy_;
};

class LeavingClient final : public Client {
 public:
  TrackId next(const UnitId& /*unit*/, TrackId /*track*/, double /*fraction*/, Timestamp /*at*/) override {
    throw Leave();
  }
  void last(const UnitId& /*unit*/, TrackId /*track*/, double /*fraction*/, Timestamp /*at*/) override {}
};

auto dummies(const World& world) {
  return [&world](std::size_t) { return std::make_unique<DummyClient>(world.catalogue.size(), 9); };
}

}  // namespace

TEST_CASE("simulation: the same calls and figures whatever the number of threads", "[simulation]") {
  const World world = small_world();
  Journal one;
  Journal four;
  const auto record_in = [&](Journal& journal) {
    return [&](std::size_t) { return std::make_unique<RecordingClient>(journal, world.catalogue.size()); };
  };
  const Summary a = simulate(world, {.sessions = 2000, .days = 3, .seed = 4, .threads = 1}, record_in(one));
  const Summary b = simulate(world, {.sessions = 2000, .days = 3, .seed = 4, .threads = 4}, record_in(four));
  CHECK(one.calls == four.calls);
  CHECK(a.sessions == 2000);
  CHECK(std::tuple(a.sessions, a.tracks, a.hundredths) == std::tuple(b.sessions, b.tracks, b.hundredths));
  CHECK(a.mean_time_error == b.mean_time_error);
  CHECK(a.mean_difference_error == b.mean_difference_error);
}

TEST_CASE("simulation: another seed, and another day, draw other sessions", "[simulation]") {
  const World world = small_world();
  const SimulationOptions options{.sessions = 500, .seed = 1, .threads = 2};
  SimulationOptions other_seed = options;
  other_seed.seed = 2;
  SimulationOptions other_day = options;
  other_day.start.ms += kMsPerDay;
  const auto hundredths = simulate(world, options, dummies(world)).hundredths;
  CHECK(hundredths == simulate(world, options, dummies(world)).hundredths);
  CHECK(hundredths != simulate(world, other_seed, dummies(world)).hundredths);
  CHECK(hundredths != simulate(world, other_day, dummies(world)).hundredths);
}

TEST_CASE("simulation: a few of the listeners play, the first ones, and all of them as if nothing was said",
          "[simulation]") {
  const World world = small_world();
  Journal journal;
  SimulationOptions options{.sessions = 400, .seed = 1, .threads = 2, .listeners = 5};
  const Summary few = simulate(
      world, options, [&](std::size_t) { return std::make_unique<RecordingClient>(journal, world.catalogue.size()); });
  CHECK(few.sessions == 400);
  CHECK(few.listeners == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(journal.calls.contains(world.listeners[i].unit));
  CHECK(journal.calls.size() == 5);
  const auto hundredths_of = [&](std::optional<std::size_t> listeners) {
    options.listeners = listeners;
    return simulate(world, options, dummies(world)).hundredths;
  };
  CHECK(hundredths_of(world.listeners.size()) == hundredths_of(std::nullopt));
  CHECK(hundredths_of(1000) == hundredths_of(std::nullopt));
}

TEST_CASE("simulation: a listener's sessions follow one another, each from its first track to its last",
          "[simulation]") {
  const World world = small_world();
  Journal journal;
  // 80 listeners and 3 000 sessions a day: many start late because the listener is still busy.
  const SimulationOptions options{.sessions = 6000, .days = 2, .seed = 1, .threads = 2};
  const Summary summary = simulate(
      world, options, [&](std::size_t) { return std::make_unique<RecordingClient>(journal, world.catalogue.size()); });
  std::int64_t sessions = 0;
  for (const auto& [unit, calls] : journal.calls) {
    bool starts = true;
    std::int64_t before = options.start.ms;
    for (const Call& call : calls) {
      const auto playing = kPauseMs + static_cast<std::int64_t>(std::lround(call.fraction * 100)) * kTrackMs / 100;
      if (starts) {
        REQUIRE(call.fraction == 1);
        REQUIRE(call.at - playing >= before);
      } else {
        REQUIRE(call.at - playing == before);
      }
      before = call.at + (call.last ? kBetweenSessionsMs : 0);
      starts = call.last;
      sessions += call.last ? 1 : 0;
    }
    REQUIRE(starts);
  }
  CHECK(sessions == summary.sessions);
}

TEST_CASE("simulation: sessions spread evenly over the days, listeners evenly over sessions", "[simulation]") {
  World world = small_world();
  Journal journal;
  const SimulationOptions options{.sessions = 1000, .days = 4, .seed = 1, .threads = 1};
  simulate(world, options,
           [&](std::size_t) { return std::make_unique<RecordingClient>(journal, world.catalogue.size()); });
  std::map<std::int64_t, int> ended_on;
  double chi_square = 0;
  for (const Listener& listener : world.listeners) {
    double sessions = 0;
    for (const Call& call : journal.calls[listener.unit]) {
      if (!call.last) continue;
      ++sessions;
      ++ended_on[(call.at - options.start.ms) / kMsPerDay];
    }
    const double expected = 1000.0 / 80;
    chi_square += (sessions - expected) * (sessions - expected) / expected;
  }
  // A few of a day's last sessions end after midnight.
  for (int day = 0; day < 4; ++day) CHECK(ended_on[day] == Approx(250).margin(10));
  // Chi-square with 79 degrees of freedom: mean 79, standard deviation 12.6; band: 4 of them.
  CHECK(chi_square == Approx(79).margin(4 * 12.6));
}

TEST_CASE("simulation: tracks - time is the session budget, whoever recommends", "[simulation]") {
  const World world = small_world(2);
  const NearestTracks neighbours(world.embeddings, 10);
  const SimulationOptions options{.sessions = 20'000, .seed = 3, .threads = 2};
  const auto check = [&](const char* name, const auto& make) {
    CAPTURE(name);
    const Summary summary = simulate(world, options, make);
    CHECK(summary.mean_difference_error > 0);
    CHECK(std::abs(summary.mean_difference - 5) < 4 * summary.mean_difference_error);
    CHECK(summary.mean_tracks - summary.mean_time == Approx(summary.mean_difference));
  };
  check("random", dummies(world));
  check("sticky", [&](std::size_t) { return std::make_unique<StickyClient>(world); });
  check("top", [&](std::size_t) { return std::make_unique<TopClient>(world); });
  check("near", [&](std::size_t) { return std::make_unique<NearClient>(neighbours); });
}

TEST_CASE("simulation: an aborted session is counted and nothing else", "[simulation]") {
  const World world = small_world();
  const SimulationOptions options{.sessions = 2000, .seed = 1, .threads = 2};
  const Summary summary = simulate(world, options, [&](std::size_t) {
    return std::make_unique<FailingClient<SessionAborted>>(world.catalogue.size());
  });
  // 8 of the 80 listeners' numbers end in 3. Binomial(2 000, 0.1): standard deviation 13.4; band: 4 of them.
  CHECK(std::abs(static_cast<double>(summary.aborted) - 200) < 54);
  CHECK(summary.sessions + summary.aborted == 2000);
}

TEST_CASE("simulation: an error of a client ends it, leaving ends it in peace", "[simulation]") {
  const World world = small_world();
  const SimulationOptions options{.sessions = 2000, .seed = 1, .threads = 2};
  CHECK_THROWS_WITH(simulate(world, options,
                             [&](std::size_t) {
                               return std::make_unique<FailingClient<std::runtime_error>>(world.catalogue.size());
                             }),
                    "lost");
  const Summary summary = simulate(world, options, [](std::size_t) { return std::make_unique<LeavingClient>(); });
  CHECK(summary.sessions == 0);
}

TEST_CASE("simulation: a track that the world lacks is refused", "[simulation]") {
  const World world = small_world();
  const auto error = error_of([&] {
    simulate(world, {.sessions = 1}, [](std::size_t) { return std::make_unique<DummyClient>(1U << 31, 1); });
  });
  CHECK_THAT(error, Catch::Matchers::EndsWith(
                        " was recommended, which the world lacks (0..599): does the service have another world?"));
}
