// Whether a store holds anything but what a simulation in this process left.
#include <catch2/catch.hpp>
#include <optional>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

struct Fresh {
  TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};

  bool holds_after(const EventBatch& batch) {
    store.append(batch);
    return store.holds_real_listeners();
  }
};

}  // namespace

TEST_CASE("real listeners: what a simulation leaves is none", "[storage]") {
  Fresh at;
  CHECK_FALSE(at.store.holds_real_listeners());
  CHECK_FALSE(at.holds_after({.playbacks = {playback("7", 1, 0, 10, std::nullopt)},
                              .sessions = {session("7", 1, 1, 1, 10, 10, std::nullopt)},
                              .exposures = {exposure("7", "e", "a", 10)}}));
}

TEST_CASE("real listeners: one measured request, one event, one imported file", "[storage]") {
  // The other playback of the session is not measured, so that the session has no latency.
  CHECK(Fresh().holds_after({.playbacks = {playback("7", 1, 0, 10, std::nullopt), playback("7", 1, 1, 10, 0.0)},
                             .sessions = {session("7", 1, 2, 1, 10, 10, std::nullopt)}}));
  CHECK(Fresh().holds_after({.sessions = {session("7", 1, 1, 1, 10, 10, 0.5)}}));
  CHECK(Fresh().holds_after({.events = {{.unit = {"7"}, .name = "purchase", .value = 1, .at = {1}}}}));
  Fresh imported;
  imported.store.import({{.file = "a.json", .checksum = "1", .events = 0, .imported = {1}}},
                        [](EventBatch&) { return false; });
  CHECK(imported.store.holds_real_listeners());
}
