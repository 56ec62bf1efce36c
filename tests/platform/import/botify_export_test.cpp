// What a store has, as a log of the course's service, imported again.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "platform/core/random.h"
#include "platform/files/text_file.h"
#include "platform/import/botify_log.h"
#include "platform/import/botify_writer.h"
#include "platform/storage/sqlite/event_log_reader.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

constexpr std::int64_t kNoon = 1'767'571'200'000;

// A store, the log of it, and the store that is imported from that.
struct Exported {
  EventLogTotals write(EventLog::Units units = EventLog::Units::integers) {
    EventLog log(directory / "store.db", units);
    std::string text;
    const EventLogTotals totals = log.for_each([&](const LoggedEvent& event) {
      std::vector<imports::BotifyVariant> variants;
      for (const LoggedVariant& one : log.experiments().at(event.experiments)) {
        variants.push_back({one.experiment, one.variant});
      }
      imports::append_botify_line(text, event.playback, event.is_last, imports::botify_experiments(variants));
    });
    write_file(directory / "log.json", text);
    return totals;
  }
  std::vector<ExperimentAggregate> imported(const AggregateQuery& query) {
    SqliteStore again{directory / "again.db", {.access = SqliteStore::Access::write}};
    imports::import_botify_log({directory / "log.json"}, again, {kNoon});
    return again.aggregate(query);
  }
  std::string log() const { return read_file(directory / "log.json"); }

  // A session of `tracks` playbacks, a minute apart; ended unless `open`.
  void play(const std::string& unit, std::int64_t id, std::int64_t start, int tracks, SessionEnd end = SessionEnd::last,
            bool open = false) {
    EventBatch batch;
    Session row = session(unit, id, tracks, 0, start, start + 60'000 * (tracks - 1), 0);
    row.end = end;
    for (int i = 0; i < tracks; ++i) {
      Playback one = playback(unit, id, i, start + 60'000 * i);
      one.fraction = i == 0 ? 1 : 0.01 * static_cast<double>((id * 7 + i * 13) % 100);
      one.latency_ms = 0.1 * static_cast<double>(id) + i;
      if (i + 1 == tracks && end == SessionEnd::last && !open) one.recommended.reset();
      row.time += one.fraction;
      row.latency_ms = *row.latency_ms + *one.latency_ms;
      batch.playbacks.push_back(one);
    }
    if (!open) batch.sessions.push_back(row);
    store.append(batch);
  }
  void expose(const Exposure& one) { store.append({.exposures = {one}}); }

  TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
};

// All that an analysis counts of the two, but for the last bits of latencies, which a log has in seconds.
void check_same(std::vector<ExperimentAggregate> a, std::vector<ExperimentAggregate> b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO(a[i].experiment);
    CHECK(a[i].experiment == b[i].experiment);
    CHECK(a[i].multiple_variants == b[i].multiple_variants);
    CHECK(a[i].first_exposure == b[i].first_exposure);
    CHECK(a[i].last_exposure == b[i].last_exposure);
    CHECK(a[i].data_through == b[i].data_through);
    REQUIRE(a[i].variants.size() == b[i].variants.size());
    for (std::size_t v = 0; v < a[i].variants.size(); ++v) {
      const VariantAggregate& x = a[i].variants[v];
      const VariantAggregate& y = b[i].variants[v];
      INFO(x.variant);
      CHECK(x.variant == y.variant);
      CHECK(x.units == y.units);
      for (std::size_t m = 0; m < x.metrics.size(); ++m) {
        INFO("metric " << m);
        const stats::Moments p = x.metrics[m].moments.marginal(0);
        const stats::Moments q = y.metrics[m].moments.marginal(0);
        CHECK(p.n() == q.n());
        CHECK(p.mean() == Approx(q.mean()).epsilon(m == 2 ? 1e-12 : 0).margin(0));
        CHECK(p.variance() == Approx(q.variance()).epsilon(m == 2 ? 1e-12 : 0).margin(0));
      }
    }
  }
}

}  // namespace

TEST_CASE("botify export: a line is what the course's service writes", "[import]") {
  Playback one = playback("7270", 1, 0, 1'777'296'385'431, 3.4589767456054688);
  one.track = {20};
  one.fraction = 1;
  one.recommended->track = {26};
  std::string text;
  const std::string experiments = imports::botify_experiments({{"HSTU", "T1"}});
  imports::append_botify_line(text, one, false, experiments);
  // The first line of the real log of 2026.
  CHECK(
      text ==
      R"({"message": "next", "timestamp": 1777296385431, "user": 7270, "track": 20, "time": 1.0, "latency": 0.0034589767456054688, "recommendation": 26, "experiments": {"HSTU": "T1"}})"
      "\n");
  text.clear();
  one.fraction = 0.07;
  one.latency_ms.reset();
  imports::append_botify_line(text, one, true, imports::botify_experiments({}));
  CHECK(
      text ==
      R"({"message": "last", "timestamp": 1777296385431, "user": 7270, "track": 20, "time": 0.07, "latency": null, "recommendation": null, "experiments": {}})"
      "\n");
  CHECK(imports::botify_experiments({{"a\"b", "x"}, {"\xc3\xa9", "y"}}) == R"({"a\"b": "x", "\u00e9": "y"})");
}

TEST_CASE("botify export: imported again it is the same, with two experiments and units in neither", "[import]") {
  Exported at;
  Random random{11};
  std::int64_t id = 0;
  for (int unit = 0; unit < 60; ++unit) {
    const std::string name = std::to_string(unit);
    // Before any experiment, then in one, then in both; some units never.
    std::int64_t start = kNoon + unit * 1'000;
    const auto play = [&] {
      at.play(name, ++id, start, 1 + static_cast<int>(random.below(5)));
      start += 3'600'000;
    };
    if (unit % 4 == 0) play();
    if (unit % 5 != 0) at.expose(exposure(name, "first", unit % 2 == 0 ? "C" : "T", start));
    play();
    if (unit % 3 != 0) at.expose(exposure(name, "second", unit % 7 == 0 ? "C" : "T", start));
    play();
    play();
  }
  const EventLogTotals totals = at.write();
  CHECK(totals.sessions == id);
  CHECK(totals.silent_exposures == 0);
  check_same(at.store.aggregate(query_of({}, {})), at.imported(query_of({}, {})));
}

TEST_CASE("botify export: units of two variants, older versions, ends and pauses are counted as they were",
          "[import]") {
  Exported at;
  constexpr std::int64_t hour = 3'600'000;
  at.expose(exposure("1", "k", "a", kNoon, 1));
  at.play("1", 1, kNoon, 3);  // of a version that is over
  at.expose(exposure("1", "k", "a", kNoon + 2 * hour, 2));
  at.expose(exposure("2", "k", "a", kNoon + 2 * hour, 2));
  at.expose(exposure("3", "k", "b", kNoon + 2 * hour, 2));
  at.play("1", 2, kNoon + 2 * hour, 3);
  at.play("2", 3, kNoon + 2 * hour, 2);
  at.play("3", 4, kNoon + 2 * hour, 4);
  at.expose(exposure("2", "k", "b", kNoon + 4 * hour, 2));  // in both
  at.play("2", 5, kNoon + 4 * hour, 2);
  Run alone{.clock = RunClock::simulated, .since = {kNoon + 5 * hour}, .alone = "other"};
  at.store.record_run(alone);
  at.play("1", 6, kNoon + 6 * hour, 2);  // in a pause
  alone.alone.reset();
  alone.since = {kNoon + 7 * hour};
  at.store.record_run(alone);
  at.play("3", 7, kNoon + 8 * hour, 2);
  at.store.end_experiments({{.experiment = "k", .version = 2, .at = {kNoon + 9 * hour}}});
  at.play("1", 8, kNoon + 10 * hour, 2);  // after its end
  const EventLogTotals totals = at.write();
  CHECK(totals.older_versions == 1);
  CHECK(totals.sessions == 8);
  const auto before = at.store.aggregate(query_of({}, {}));
  CHECK(before.at(0).multiple_variants == 1);
  check_same(before, at.imported(query_of({}, {})));
  std::map<std::int64_t, nlohmann::json> experiments;  // of unit 1, by time
  std::istringstream lines(at.log());
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    if (json["user"] == 1) experiments[json["timestamp"]] = json["experiments"];
  }
  CHECK(experiments.at(kNoon).empty());
  CHECK(experiments.at(kNoon + 2 * hour) == nlohmann::json{{"k", "a"}});
  CHECK(experiments.at(kNoon + 6 * hour).empty());
  CHECK(experiments.at(kNoon + 10 * hour).empty());
}

TEST_CASE("botify export: sessions that are open, timed out or excluded", "[import]") {
  Exported at;
  constexpr std::int64_t hour = 3'600'000;
  for (const char* const unit : {"1", "3", "4", "5"}) at.expose(exposure(unit, "k", "a", kNoon));
  at.expose(exposure("2", "k", "a", kNoon + hour));  // as the log shows it, without the session that is left out
  at.play("1", 1, kNoon, 3, SessionEnd::timeout);
  at.play("1", 2, kNoon + hour, 2, SessionEnd::last, true);  // open
  at.play("2", 3, kNoon, 2, SessionEnd::last, true);         // never ended
  at.play("2", 4, kNoon + hour, 4);
  at.play("3", 5, kNoon, 5);
  at.play("3", 6, kNoon + hour, 2);
  at.play("4", 7, kNoon, 3);
  at.play("5", 8, kNoon, 1, SessionEnd::last, true);  // has nothing else
  at.store.exclude({.kind = ExclusionKind::session, .number = 6, .unit = {}, .why = "", .at = {kNoon}, .undone = {}});
  at.store.exclude({.kind = ExclusionKind::unit, .unit = {"4"}, .why = "", .at = {kNoon}, .undone = {}});
  const EventLogTotals totals = at.write();
  CHECK(totals.timeouts == 1);
  CHECK(totals.open_sessions == 2);
  CHECK(totals.abandoned_sessions == 1);
  CHECK(totals.excluded_sessions == 2);
  CHECK(totals.sessions == 3);
  const auto before = at.store.aggregate(query_of({}, {}));
  CHECK(before.at(0).variants.at(0).units == 4);
  check_same(before, at.imported(query_of({}, {})));
}

TEST_CASE("botify export: units that are no integers are refused, or left out and counted", "[import]") {
  Exported at;
  at.expose(exposure("7", "k", "a", kNoon));
  at.play("7", 1, kNoon, 2);
  at.play("9223372036854775808", 2, kNoon, 2);  // beyond 64 bits
  at.play("ann", 3, kNoon, 3);
  at.play("9223372036854775807", 4, kNoon, 1);
  CHECK(error_of([&] { at.write(); }) ==
        (at.directory / "store.db").string() +
            ": 2 units are no integer, such as \"9223372036854775808\", and users of such a log are integers; want "
            "--lenient to leave them out");
  const EventLogTotals totals = at.write(EventLog::Units::integers_or_left_out);
  CHECK(totals.other_units == 5);
  CHECK(totals.sessions == 2);
  CHECK(totals.events == 3);
}

TEST_CASE("botify export: the real log of 2026, imported and exported, is that log line by line", "[import]") {
  const auto file = shared_data("course/2026/data.json.gz");
  if (file.empty()) return;
  Exported at;
  imports::import_botify_log({file}, at.store, {kNoon});
  const EventLogTotals totals = at.write();
  CHECK(totals.events == 7'977);
  CHECK(totals.silent_exposures == 1);  // of the unit whose only session did not end
  std::multiset<std::string> lines;
  const std::string text = files::read_text(file);
  for (const std::string_view line : files::lines_of(text)) lines.emplace(line);
  std::vector<std::string> others;
  std::istringstream log(at.log());
  for (std::string line; std::getline(log, line);) {
    const auto found = lines.find(line);
    if (found == lines.end()) {
      others.push_back(line);
    } else {
      lines.erase(found);
    }
  }
  // The four events of that session, and the one whose latency is below 0.
  CHECK(lines.size() == 5);
  REQUIRE(others.size() == 1);
  CHECK(others[0].find("\"latency\": 0.0,") != std::string::npos);
}
