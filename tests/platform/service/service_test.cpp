#include "platform/service/service.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "platform/core/error.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/platform/storage/null_store.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::service;

namespace {

constexpr std::int64_t kTimeoutMs = 1000;

// 20 tracks, four artists; track 3 alone names a similar track.
recommenders::Catalogue catalogue() {
  std::vector<recommenders::Track> tracks;
  tracks.reserve(20);
  for (std::uint32_t i = 0; i < 20; ++i) {
    tracks.push_back({.id = {i},
                      .artist = i % 4,
                      .title = "track " + std::to_string(i),
                      .genres = {},
                      .popularity = 20.0 - i,
                      .recommendations = {}});
  }
  tracks[3].recommendations = {{7}};
  return {std::move(tracks), {"a", "b", "c", "d"}};
}

RecommenderSpec spec(const std::string& name, const std::string& type, const std::string& fallback = "",
                     Values options = {}) {
  return {.name = name, .type = type, .fallback = fallback, .options = std::move(options)};
}

Variant variant(const std::string& key, double weight, const std::string& recommender) {
  return {.key = key, .weight = weight, .control = key == "control", .parameters = {{"recommender", recommender}}};
}

Experiment experiment(const std::string& key, std::vector<Variant> variants, int version = 1) {
  Experiment one;
  one.key = key;
  one.salt = key;
  one.version = version;
  one.status = Status::running;
  one.variants = std::move(variants);
  return one;
}

// Everybody gets `recommender`, except for the units of the experiments.
Configuration configuration(const std::string& recommender, std::vector<Experiment> experiments = {}) {
  Configuration all;
  all.recommenders = {spec("uniform", "random"), spec("sticky", "sticky_artist", "uniform"),
                      spec("hit", "top_pop", "", {{"top", std::int64_t{1}}}), spec("similar", "item_to_item", "hit")};
  all.parameters = {{"recommender", recommender}};
  all.experiments = std::move(experiments);
  return all;
}

Configuration two_experiments() {
  return configuration("uniform",
                       {experiment("first", {variant("control", 0.5, "uniform"), variant("b", 0.5, "sticky")}),
                        experiment("second", {variant("control", 0.5, "hit"), variant("b", 0.5, "uniform")})});
}

// A service on a store in memory, which outlives it.
struct Fixture {
  explicit Fixture(Service::Options service_options = {}) : options(std::move(service_options)) {
    options.session_timeout_ms = kTimeoutMs;
    start();
  }
  void start() {
    writer.emplace(store, storage::EventWriter::Options{});
    service.emplace(tracks, store, *writer, options);
  }
  // Ends as a killed server does: what is open stays open.
  void restart() {
    service.reset();
    writer.reset();
    start();
  }
  TrackId next(const std::string& unit, std::int64_t at_ms, std::uint32_t track = 3, double fraction = 0.5) {
    return service->next({.unit = {unit}, .track = {track}, .fraction = fraction, .at = {at_ms}});
  }
  void last(const std::string& unit, std::int64_t at_ms, std::uint32_t track = 3, double fraction = 0.5) {
    service->last({.unit = {unit}, .track = {track}, .fraction = fraction, .at = {at_ms}});
  }

  Service::Options options;
  const recommenders::Catalogue tracks = catalogue();
  storage::MemoryStore store;
  std::optional<storage::EventWriter> writer;
  std::optional<Service> service;
};

}  // namespace

TEST_CASE("service: a playback is answered and logged", "[service]") {
  Fixture at;
  at.service->activate(configuration("similar"));
  CHECK(at.next("7", 100) == TrackId{7});
  CHECK(at.next("7", 200, 7, 0.25) == TrackId{0});
  const auto playbacks = at.store.playbacks();
  REQUIRE(playbacks.size() == 2);
  CHECK(playbacks[0].unit == UnitId{"7"});
  CHECK(playbacks[0].session == SessionId{1});
  CHECK(playbacks[0].position == 0);
  CHECK(playbacks[0].track == TrackId{3});
  CHECK(playbacks[0].fraction == 0.5);
  CHECK(playbacks[0].at == Timestamp{100});
  CHECK(playbacks[0].recommended == Recommended{.track = {7}, .recommender = "similar", .propensity = 1});
  CHECK(playbacks[1].position == 1);
  CHECK(playbacks[1].session == SessionId{1});
  CHECK(at.store.sessions().empty());
}

TEST_CASE("service: the fallback that answered is recorded", "[service]") {
  Fixture at;
  at.service->activate(configuration("similar"));
  at.next("7", 100, 4);
  CHECK(at.store.playbacks().at(0).recommended == Recommended{.track = {0}, .recommender = "hit", .propensity = 1});
}

TEST_CASE("service: a track that the catalogue lacks is logged, and the fallback answers", "[service]") {
  Fixture at;
  at.service->activate(configuration("similar"));
  CHECK(at.next("7", 100, 4'000'000'000U) == TrackId{0});
  CHECK(at.store.playbacks().at(0).track == TrackId{4'000'000'000U});
  CHECK(at.store.playbacks().at(0).recommended->recommender == "hit");
  at.last("7", 200, 4'000'000'000U);
  CHECK(at.store.sessions().at(0).tracks == 2);
}

TEST_CASE("service: last ends the session", "[service]") {
  Fixture at;
  at.service->activate(configuration("uniform"));
  at.next("7", 100, 3, 1.0);
  at.next("7", 150, 4, 0.25);
  at.last("7", 220, 5, 0.5);
  const auto playbacks = at.store.playbacks();
  REQUIRE(playbacks.size() == 3);
  CHECK(playbacks[2].recommended == std::nullopt);
  const auto sessions = at.store.sessions();
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].id == SessionId{1});
  CHECK(sessions[0].unit == UnitId{"7"});
  CHECK(sessions[0].tracks == 3);
  CHECK(sessions[0].time == 1.75);
  CHECK(sessions[0].end == SessionEnd::last);
  CHECK(sessions[0].started == Timestamp{100});
  CHECK(sessions[0].ended == Timestamp{220});
  at.last("7", 230);  // one more, of a single track
  CHECK(at.store.sessions().at(1).id == SessionId{2});
  CHECK(at.store.sessions().at(1).tracks == 1);
}

TEST_CASE("service: latency is the sum over the session's playbacks, or not measured at all", "[service]") {
  const bool measure = GENERATE(true, false);
  Fixture at{{.measure_latency = measure, .data = {}}};
  at.service->activate(configuration("uniform"));
  at.next("7", 100);
  at.last("7", 200);
  const auto playbacks = at.store.playbacks();
  const auto session = at.store.sessions().at(0);
  if (measure) {
    CHECK(*playbacks[0].latency_ms > 0);
    CHECK(*session.latency_ms == *playbacks[0].latency_ms + *playbacks[1].latency_ms);
  } else {
    CHECK(playbacks[0].latency_ms == std::nullopt);
    CHECK(session.latency_ms == std::nullopt);
  }
}

TEST_CASE("service: a session that was idle for the timeout has ended", "[service]") {
  Fixture at;
  at.service->activate(configuration("uniform"));
  at.next("7", 100);
  at.next("7", 100 + kTimeoutMs - 1);
  CHECK(at.store.sessions().empty());
  at.next("7", 100 + 2 * kTimeoutMs - 1);
  const auto sessions = at.store.sessions();
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].end == SessionEnd::timeout);
  CHECK(sessions[0].tracks == 2);
  CHECK(sessions[0].ended == Timestamp{100 + kTimeoutMs - 1});
  CHECK(at.store.playbacks().back().session == SessionId{2});
  CHECK(at.store.playbacks().back().position == 0);
}

TEST_CASE("service: idle sessions can be closed from outside", "[service]") {
  Fixture at;
  at.service->activate(configuration("uniform"));
  for (int unit = 0; unit < 10; ++unit) at.next(std::to_string(unit), 100 + unit);
  CHECK(at.service->close_idle_sessions({104 + kTimeoutMs}) == 5);
  CHECK(at.service->close_idle_sessions({104 + kTimeoutMs}) == 0);
  CHECK(at.store.sessions().size() == 5);
  CHECK(at.store.open_sessions().size() == 5);
  at.next("0", 105 + kTimeoutMs);
  CHECK(at.store.playbacks().back().position == 0);
}

TEST_CASE("service: sessions that time out are written in the order of their ids", "[service]") {
  Fixture at;
  at.service->activate(configuration("uniform"));
  for (int unit = 0; unit < 1000; ++unit) at.next(std::to_string(unit), 100);
  CHECK(at.service->close_idle_sessions({100 + kTimeoutMs}) == 1000);
  const auto sessions = at.store.sessions();
  REQUIRE(sessions.size() == 1000);
  CHECK(std::ranges::is_sorted(sessions, {}, &Session::id));
}

TEST_CASE("service: each variant is recorded when a unit is first seen in it", "[service]") {
  Fixture at;
  at.service->activate(two_experiments());
  at.next("7", 100);
  at.next("7", 200);
  at.last("7", 300);
  at.last("8", 400);
  const auto exposures = at.store.exposures();
  REQUIRE(exposures.size() == 4);
  for (const Exposure& one : exposures) CHECK(one.first_seen == Timestamp{one.unit.value == "7" ? 100 : 400});

  auto changed = two_experiments();
  changed.experiments[0].version = 2;
  changed.experiments[1].status = Status::stopped;
  at.service->activate(changed);
  at.next("7", 500);
  at.next("9", 600);
  std::vector<std::tuple<std::string, int, std::string>> later;
  for (const Exposure& one : at.store.exposures()) {
    if (one.first_seen.ms >= 500) later.emplace_back(one.experiment, one.version, one.unit.value);
  }
  CHECK(later == std::vector<std::tuple<std::string, int, std::string>>{{"first", 2, "7"}, {"first", 2, "9"}});
}

TEST_CASE("service: units get their variant's recommender", "[service]") {
  Fixture at;
  at.service->activate(
      configuration("uniform", {experiment("e", {variant("control", 0.5, "hit"), variant("b", 0.5, "sticky")})}));
  for (int unit = 0; unit < 100; ++unit) at.next(std::to_string(unit), 100);
  std::map<UnitId, std::string> variants;
  for (const Exposure& one : at.store.exposures()) variants[one.unit] = one.variant;
  std::set<std::string> seen;
  for (const Playback& playback : at.store.playbacks()) {
    CHECK(playback.recommended->recommender == (variants.at(playback.unit) == "b" ? "sticky" : "hit"));
    seen.insert(playback.recommended->recommender);
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("service: a restart goes on where the former one was killed", "[service]") {
  Fixture at;
  at.service->activate(two_experiments());
  at.next("7", 100, 3, 1.0);
  at.last("8", 110);
  at.next("7", 120, 4, 0.5);
  at.next("9", 130);
  const auto exposures = at.store.exposures();
  at.restart();
  at.service->activate(two_experiments());
  at.last("7", 200, 5, 0.25);
  at.next("8", 210);
  const auto sessions = at.store.sessions();
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[1].id == SessionId{1});
  CHECK(sessions[1].tracks == 3);
  CHECK(sessions[1].time == 1.75);
  CHECK(sessions[1].started == Timestamp{100});
  CHECK(at.store.playbacks().back().session == SessionId{4});
  CHECK(at.store.exposures() == exposures);
  CHECK(at.service->close_idle_sessions({130 + kTimeoutMs}) == 1);
  CHECK(at.store.sessions().back().unit == UnitId{"9"});
}

TEST_CASE("service: of two open sessions of one unit in the store the earlier ends", "[service]") {
  Fixture at;
  Playback playback{.unit = {"7"},
                    .session = {1},
                    .position = 0,
                    .track = {3},
                    .fraction = 1,
                    .recommended = {},
                    .latency_ms = {},
                    .at = {100}};
  at.store.append({.playbacks = {playback}});
  playback.session = {2};
  at.store.append({.playbacks = {playback}});
  at.restart();
  at.service->activate(configuration("uniform"));
  at.last("7", 150);
  const auto sessions = at.store.sessions();
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0].id == SessionId{1});
  CHECK(sessions[0].end == SessionEnd::timeout);
  CHECK(sessions[1].id == SessionId{2});
  CHECK(sessions[1].tracks == 2);
}

TEST_CASE("service: an imported exposure that was over begins again", "[service]") {
  Fixture at;
  const Exposure imported{.unit = {"7"},
                          .experiment = "e",
                          .version = 1,
                          .variant = "control",
                          .first_seen = {10},
                          .last_seen = Timestamp{20}};
  at.store.append({.exposures = {imported}});
  at.restart();
  at.service->activate(configuration("uniform", {experiment("e", {variant("control", 1.0, "hit")})}));
  at.next("7", 100);
  REQUIRE(at.store.exposures().size() == 1);
  CHECK(at.store.exposures()[0].first_seen == Timestamp{10});
  CHECK(at.store.exposures()[0].last_seen == std::nullopt);
}

TEST_CASE("service: without a configuration nothing is answered", "[service]") {
  Fixture at;
  CHECK_THROWS_WITH(at.next("7", 100), "no configuration is active");
  CHECK(at.store.playbacks().empty());
}

TEST_CASE("service: a configuration that cannot be served changes nothing", "[service]") {
  Fixture at;
  at.service->activate(configuration("hit"));
  auto no_file = configuration("lists");
  no_file.recommenders.push_back(spec("lists", "user_lists", "", {{"file", std::string("/nowhere/lists.jsonl")}}));
  CHECK_THROWS_AS(at.service->activate(no_file), Error);
  CHECK_THROWS_WITH(at.service->activate(configuration("hot")),
                    "the parameters outside every experiment: the recommender is \"hot\", want the name of one that "
                    "the configuration has");
  CHECK_THROWS_WITH(
      at.service->activate(configuration("hit", {experiment("e", {variant("control", 1.0, "hot")})})),
      "variant control of e: the recommender is \"hot\", want the name of one that the configuration has");
  auto nobody = configuration("hit");
  nobody.parameters.clear();
  CHECK_THROWS_WITH(at.service->activate(nobody),
                    "the parameters outside every experiment name no recommender, want one");
  CHECK(at.next("7", 100) == TrackId{0});
  CHECK(at.store.playbacks().at(0).recommended->recommender == "hit");
}

TEST_CASE("service: a reply is durable, or flush makes it so", "[service]") {
  const TemporaryDirectory directory;
  const bool wait = GENERATE(true, false);
  const auto file = directory / "store.db";
  const auto tracks = catalogue();
  storage::SqliteStore store{file, {.access = storage::SqliteStore::Access::write}};
  storage::EventWriter writer{store, {.linger = std::chrono::minutes(10)}};
  Service service{tracks, store, writer, {.wait_for_commit = wait, .data = {}}};
  service.activate(configuration("hit"));
  service.next({.unit = {"7"}, .track = {3}, .fraction = 1, .at = {100}});
  CHECK(store.open_sessions().size() == (wait ? 1 : 0));
  service.flush();
  CHECK(store.open_sessions().size() == 1);
}

TEST_CASE("service: in two steps, a playback is durable when its ticket is", "[service]") {
  const TemporaryDirectory directory;
  const auto tracks = catalogue();
  storage::SqliteStore store{directory / "store.db", {.access = storage::SqliteStore::Access::write}};
  storage::EventWriter writer{store, {}};
  Service service{tracks, store, writer, {.data = {}}};
  service.activate(configuration("hit"));
  const Service::Begun first = service.begin_next({.unit = {"7"}, .track = {3}, .fraction = 1, .at = {100}});
  CHECK(first.track == TrackId{0});
  const Service::Ticket second = service.begin_last({.unit = {"7"}, .track = {0}, .fraction = 1, .at = {200}});
  CHECK(second >= first.ticket);
  service.wait(second);
  CHECK(store.open_sessions().empty());
  CHECK(store.last_playback() == Timestamp{200});
  service.wait(first.ticket);  // long done: returns
}

TEST_CASE("service: when nothing can be written, nothing is answered", "[service]") {
  class FullStore final : public storage::NullStore {
   public:
    void append(const EventBatch&) override { throw Error::internal("store.db: database or disk is full"); }
  };
  FullStore store;
  const auto tracks = catalogue();
  storage::EventWriter writer{store, {}};
  Service service{tracks, store, writer, {.data = {}}};
  service.activate(configuration("hit"));
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_WITH(service.next({.unit = {"7"}, .track = {3}, .fraction = 1, .at = {100}}),
                      "store.db: database or disk is full");
  }
}
