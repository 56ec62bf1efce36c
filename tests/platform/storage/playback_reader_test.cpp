#include "platform/storage/sqlite/playback_reader.h"

#include <catch2/catch.hpp>
#include <vector>

#include "platform/core/error.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

std::vector<Playback> all_of(const std::filesystem::path& file) {
  std::vector<Playback> all;
  for_each_playback(file, [&](const Playback& one) { all.push_back(one); });
  return all;
}

}  // namespace

TEST_CASE("playback_reader: gives back what was appended, in that order", "[storage]") {
  const TemporaryDirectory directory;
  Playback last = playback("text", 2, 1, 3'000, {});
  last.recommended.reset();
  Playback large = playback("-7", 9'000'000'000, 0, 2'000);
  large.track = {4'294'967'295};
  const std::vector<Playback> want = {playback("7", 1, 0, 5'000), large, playback("text", 2, 0, 1'000, {}), last};

  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  store.append({.playbacks = {want[0], want[1]}, .sessions = {}, .exposures = {}});
  store.append({.playbacks = {want[2], want[3]}, .sessions = {}, .exposures = {}});
  CHECK(all_of(directory / "store.db") == want);
}

TEST_CASE("playback_reader: a store without playbacks has none", "[storage]") {
  const TemporaryDirectory directory;
  {
    const SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  }
  CHECK(all_of(directory / "store.db").empty());
}

TEST_CASE("playback_reader: a store that does not exist is the user's fault", "[storage]") {
  const TemporaryDirectory directory;
  const auto file = directory / "none.db";
  try {
    for_each_playback(file, [](const Playback&) {});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    CHECK(error.what() == file.string() + ": there is no such store");
  }
}

TEST_CASE("playback_reader: what the caller throws ends the reading", "[storage]") {
  const TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
  store.append({.playbacks = {playback("7", 1, 0, 1), playback("7", 1, 1, 2)}, .sessions = {}, .exposures = {}});
  int seen = 0;
  CHECK_THROWS_AS(for_each_playback(directory / "store.db",
                                    [&](const Playback&) {
                                      ++seen;
                                      throw Error::user("enough");
                                    }),
                  Error);
  CHECK(seen == 1);
}
