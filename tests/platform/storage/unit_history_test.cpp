// What every EventStore says of one unit.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/platform/storage/events.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

TEMPLATE_TEST_CASE("unit history: of a unit that nobody has seen there is none", "[storage]", STORES) {
  TestType at;
  CHECK(at.store.unit_history({"7"}, {}) == UnitHistory{});
  at.store.append({.playbacks = {playback("70", 1, 0, 5)},
                   .sessions = {session("07", 2, 1, 1, 5, 5)},
                   .exposures = {exposure("77", "e", "a", 5)},
                   .events = {{.unit = {"seven"}, .name = "purchase", .value = 1, .at = {5}}}});
  CHECK(at.store.unit_history({"7"}, {}) == UnitHistory{});
}

TEMPLATE_TEST_CASE("unit history: sessions newest first, each with its playbacks, the open one too", "[storage]",
                   STORES) {
  TestType at;
  Playback silent = playback("7", 9, 1, 460, std::nullopt);
  silent.recommended.reset();
  at.store.append({.playbacks = {playback("7", 3, 0, 100), playback("8", 4, 0, 110), playback("7", 3, 1, 200)},
                   .sessions = {session("7", 3, 2, 1.0, 100, 200)}});
  at.store.append({.playbacks = {playback("7", 9, 0, 450), silent, playback("8", 4, 1, 470)}});
  at.store.append({.playbacks = {playback("7", 6, 0, 300)}, .sessions = {session("7", 6, 1, 0.5, 300, 300)}});
  const UnitHistory history = at.store.unit_history({"7"}, {});
  CHECK(history.sessions_total == 3);
  REQUIRE(history.sessions.size() == 3);
  CHECK(history.sessions[0] == SessionHistory{.id = {9},
                                              .tracks = 2,
                                              .time = 1.0,
                                              .started = {450},
                                              .ended = std::nullopt,
                                              .end = std::nullopt,
                                              .playbacks_total = 2,
                                              .playbacks = {playback("7", 9, 0, 450), silent}});
  CHECK(history.sessions[1].id == SessionId{6});
  CHECK(history.sessions[2] == SessionHistory{.id = {3},
                                              .tracks = 2,
                                              .time = 1.0,
                                              .started = {100},
                                              .ended = Timestamp{200},
                                              .end = SessionEnd::last,
                                              .playbacks_total = 2,
                                              .playbacks = {playback("7", 3, 0, 100), playback("7", 3, 1, 200)}});
}

TEMPLATE_TEST_CASE("unit history: the newest sessions only, and how many there are", "[storage]", STORES) {
  TestType at;
  for (int i = 1; i <= 5; ++i) {
    at.store.append(
        {.playbacks = {playback("7", i, 0, 1000 - i)}, .sessions = {session("7", i, 1, 1, 1000 - i, 1000)}});
  }
  at.store.append({.playbacks = {playback("7", 6, 0, 2000)}});
  const UnitHistory history = at.store.unit_history({"7"}, {.sessions = 2, .events = 200});
  CHECK(history.sessions_total == 6);
  REQUIRE(history.sessions.size() == 2);
  CHECK(history.sessions[0].id == SessionId{6});
  CHECK(history.sessions[1].id == SessionId{1});
  CHECK(history.sessions[1].playbacks == std::vector{playback("7", 1, 0, 999)});
}

// A session of 59 000 playbacks was an answer of 14.6 MB.
TEMPLATE_TEST_CASE("unit history: the first playbacks of a session only, and how many there are", "[storage]", STORES) {
  TestType at;
  for (int i = 0; i < 500; ++i) at.store.append({.playbacks = {playback("7", 1, i, 100 + i)}});
  const UnitHistory history = at.store.unit_history({"7"}, {.playbacks = 3});
  REQUIRE(history.sessions.size() == 1);
  CHECK(history.sessions[0].tracks == 500);
  CHECK(history.sessions[0].time == 250);
  CHECK(history.sessions[0].playbacks_total == 500);
  CHECK(history.sessions[0].playbacks ==
        std::vector{playback("7", 1, 0, 100), playback("7", 1, 1, 101), playback("7", 1, 2, 102)});
  CHECK(at.store.unit_history({"7"}, {}).sessions[0].playbacks.size() == 200);
}

// What is remembered of a table must not hide what comes later: by this store or another program, behind the last row
// or, as sessions that end late do, between others.
TEMPLATE_TEST_CASE("unit history: it grows with the log, wherever the rows come in", "[storage]", STORES) {
  TestType at;
  const auto sessions_of = [&](const std::string& unit) { return at.store.unit_history({unit}, {}).sessions_total; };
  for (int round = 0; round < 3; ++round) {
    EventBatch batch;
    for (int i = 0; i < 3'000; ++i) {
      const std::int64_t id = round * 3'000 + i + 1;
      const std::string unit = i % 1'000 == 7 ? "text" : std::to_string(i % 100);
      batch.playbacks.push_back(playback(unit, id, 0, id));
      if (i != 1'500) batch.sessions.push_back(session(unit, id, 1, 1, id, id));  // that one ends later
      batch.events.push_back({.unit = {unit}, .name = "like", .value = 1, .at = {id}});
    }
    at.store.append(batch);
    CHECK(sessions_of("text") == 3 * (round + 1));
    CHECK(sessions_of("0") == 30 * (round + 1));
    CHECK(sessions_of("late") == 2 * round);
    CHECK(sessions_of("-1") == 0);
    CHECK(at.store.unit_history({"text"}, {}).events_total == 3 * (round + 1));
    at.store.append({.sessions = {session("late", round * 3'000 + 1'501, 1, 1, 1, 1),
                                  session("late", 1'000'000'000'000 + round, 1, 1, 1, 1)}});
    CHECK(sessions_of("late") == 2 * (round + 1));
  }
}

TEMPLATE_TEST_CASE("unit history: a session that timed out, and one whose playbacks nobody has", "[storage]", STORES) {
  TestType at;
  Session silent = session("listener", 1, 4, 2, 10, 90);
  silent.end = SessionEnd::timeout;
  at.store.append({.sessions = {silent}});
  const UnitHistory history = at.store.unit_history({"listener"}, {});
  REQUIRE(history.sessions.size() == 1);
  CHECK(history.sessions[0].tracks == 4);
  CHECK(history.sessions[0].end == SessionEnd::timeout);
  CHECK(history.sessions[0].playbacks.empty());
}

TEMPLATE_TEST_CASE("unit history: exposures of all versions in order, events newest first", "[storage]", STORES) {
  TestType at;
  const auto bought = [](double value, std::int64_t at_ms) {
    return CustomEvent{.unit = {"-7"}, .name = "purchase", .value = value, .at = {at_ms}};
  };
  at.store.append({.exposures = {exposure("-7", "f", "a", 50, 1, Timestamp{60}), exposure("-7", "e", "b", 40, 2),
                                 exposure("-7", "e", "b", 30), exposure("-7", "e", "a", 35)},
                   .events = {bought(1, 10), bought(2, 30), bought(3, 20), bought(4, 30)}});
  const UnitHistory history = at.store.unit_history({"-7"}, {.sessions = 50, .events = 3});
  CHECK(history.exposures == std::vector{exposure("-7", "e", "b", 30), exposure("-7", "e", "a", 35),
                                         exposure("-7", "e", "b", 40, 2),
                                         exposure("-7", "f", "a", 50, 1, Timestamp{60})});
  CHECK(history.events_total == 4);
  CHECK(history.events == std::vector{bought(4, 30), bought(2, 30), bought(3, 20)});
}

TEMPLATE_TEST_CASE("store: what units heard is visited from the latest on, until that is enough", "[storage]", STORES) {
  TestType at;
  at.store.append({.playbacks = {playback("7", 1, 0, 100), playback("8", 2, 0, 100)}});
  at.store.append({.playbacks = {playback("7", 1, 1, 90)}, .sessions = {session("8", 2, 1, 0.5, 100, 100)}});
  std::vector<std::pair<std::string, Listen>> seen;
  const auto visit = [&](const UnitId& unit, const Listen& listen) {
    seen.emplace_back(unit.value, listen);
    return seen.size() != 2;
  };
  at.store.visit_listens(visit);
  CHECK(seen == std::vector<std::pair<std::string, Listen>>{{"7", {{11}, 0.5, {90}}}, {"8", {{10}, 0.5, {100}}}});
  at.store.visit_listens(visit);
  REQUIRE(seen.size() == 5);
  CHECK(seen[4] == std::pair<std::string, Listen>{"7", {{10}, 0.5, {100}}});
}
