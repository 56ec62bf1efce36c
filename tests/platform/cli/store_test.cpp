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
      "integrity of the file: sound\nplaybacks: sound\nsessions: sound\nexposures: sound\nevents: sound\nlooks: "
      "sound\nrecovery: sound\nplaybacks up to recovery.settled: sound\nplaybacks up to recovery.listed: sound\nunits "
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
