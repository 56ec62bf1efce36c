// What every EventStore promises of imported files.
#include <catch2/catch.hpp>

#include "platform/core/error.h"
#include "tests/platform/storage/events.h"
#include "tests/platform/storage/stores.h"

using namespace crossfade;
using namespace crossfade::storage;

TEMPLATE_TEST_CASE("store: import is all or nothing, and once", "[storage]", STORES) {
  TestType at;
  auto& store = at.store;
  const auto import = [&store](const std::vector<ImportedFile>& files, std::int64_t first_session) {
    int batches = 0;
    store.import(files, [&](EventBatch& batch) {
      if (batches == 2) return false;
      batch.sessions.push_back(session("7", first_session + batches, 1, 1, 0, 1));
      ++batches;
      return true;
    });
  };
  const ImportedFile a{.file = "a.json", .checksum = "aa", .events = 2, .imported = {1'767'571'200'000}};
  const ImportedFile b{.file = "b.json", .checksum = "bb", .events = 2, .imported = {1'767'571'200'000}};
  const ImportedFile copy{.file = "copy.json", .checksum = "aa", .events = 2, .imported = {1'767'571'200'001}};
  import({a}, 1);
  CHECK(store.last_session() == SessionId{2});
  CHECK_THROWS_WITH(import({b, copy}, 3),
                    "copy.json: the store has its content already, from a.json at 2026-01-05T00:00:00.000Z");
  CHECK(store.last_session() == SessionId{2});
  CHECK(store.imports() == std::vector{a});
  CHECK_THROWS_AS(import({b}, 2), Error);  // a session id that is there: the second batch's rows go too
  CHECK(store.imports() == std::vector{a});
  import({b}, 3);
  CHECK(store.imports() == std::vector{a, b});
}
