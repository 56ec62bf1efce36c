// `crossfade store`, as a program.

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/cli/program.h"
#include "tests/platform/storage/events.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;
using crossfade::test::Outcome;
using crossfade::test::run_program;

TEST_CASE("store check: a line a check, exit code 2 where one finds something", "[cli]") {
  const TemporaryDirectory directory;
  {
    SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
    store.append({.playbacks = {playback("7", 1, 0, 5)}, .sessions = {session("7", 1, 1, 0.5, 5, 5)}});
  }
  const std::string sound =
      "integrity of the file: sound\nplaybacks: sound\nsessions: sound\nexposures: sound\nevents: sound\nlogged_ids: "
      "sound\nlooks: "
      "sound\nexperiment_ends: sound\nruns: sound\nplanned_sizes: sound\ncalls: sound\nrecovery: sound\nplaybacks up "
      "to "
      "recovery.settled: "
      "sound\nplaybacks up to "
      "recovery.listed: sound\nunits "
      "of sessions: sound\n";
  CHECK(run_program(directory.path(), "store check --store store.db") == Outcome{0, sound});
  SQLite::Database{directory / "store.db", SQLite::OPEN_READWRITE}.exec("UPDATE playbacks SET fraction = 7");
  const Outcome damaged = run_program(directory.path(), "store check --store store.db");
  CHECK(damaged.code == 2);
  CHECK_THAT(damaged.text, Catch::Contains("playbacks: 1 row has a fraction outside 0..1, the first is 1\n"));
  CHECK_THAT(damaged.text, Catch::Contains("store.db: damaged, want a copy of it from before\n"));
  // The server does not write there.
  std::ofstream(directory / "tracks.json") << R"({"track": 0, "artist": "a", "title": "t"})" << '\n';
  const Outcome served = run_program(directory.path(), "serve --store store.db --world . --port 0");
  CHECK(served == Outcome{2,
                          "store.db: damaged: playbacks: 1 row has a fraction outside 0..1, the first is 1; "
                          "`crossfade store check` says all, want a sound store\n"});
}

TEST_CASE("store exclude: what is excluded is listed, told by the report, and taken back", "[cli]") {
  const TemporaryDirectory directory;
  {
    SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
    store.append({.sessions = {session("7", 1, 1, 0.5, 5, 5), session("8", 2, 1, 0.5, 5, 5)},
                  .exposures = {exposure("7", "e", "a", 1), exposure("8", "e", "b", 1)}});
  }
  const auto run = [&](const std::string& arguments) {
    return run_program(directory.path(), "store exclude --store store.db " + arguments);
  };
  CHECK(run("--unit 7 --why 'a robot'") == Outcome{0, "exclusion 1: unit 7\n"});
  CHECK(run("--before 1970-01-01") == Outcome{0, "exclusion 2: before 1970-01-01T00:00:00.000Z\n"});
  CHECK(run("--unit 9") == Outcome{2, "store.db: has no unit 9\n"});
  CHECK(run("--after noon") == Outcome{2, "\"noon\" is no time, want one like 2026-01-05 or 2026-01-05T10:00Z\n"});
  CHECK(run("").code == 2);
  CHECK(run("--unit 8 --session 1").code == 2);
  const Outcome report = run_program(directory.path(), "analyze e --store store.db --format json");
  CHECK_THAT(report.text,
             Catch::Contains("2 exclusions of the store leave rows out (crossfade store exclude --list)."));
  CHECK_THAT(report.text, Catch::Contains("\"exclusions\": 2"));
  CHECK(run("--undo 1") == Outcome{0, "exclusion 1 is undone\n"});
  const Outcome list = run("--list");
  CHECK_THAT(list.text, Catch::StartsWith("1\tunit 7\t"));
  CHECK_THAT(list.text, Catch::Contains("Z\ta robot\n2\tbefore 1970-01-01T00:00:00.000Z\t"));
  CHECK_THAT(list.text, Catch::Contains(", undone "));
}
