#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"

namespace crossfade::storage {

// Instructions of SQLite's machine that a query takes: its time, without the machine's moods.
inline std::int64_t steps_of(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database database{file};
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(database.getHandle(), sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW) {
  }
  const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
  CHECK(sqlite3_finalize(statement) == SQLITE_OK);
  return steps;
}

// Two experiments of two variants each; ten sessions a unit, each of a playback and a custom event.
inline void fill(SqliteStore& store, std::int64_t sessions) {
  EventBatch batch;
  for (std::int64_t id = 1; id <= sessions; ++id) {
    const std::int64_t unit = id % (sessions / 10);
    const std::string name = std::to_string(unit);
    batch.sessions.push_back(session(name, id, 2, 1.5, id, id + 1));
    batch.playbacks.push_back(playback(name, id, 0, id));
    batch.events.push_back({.unit = {name}, .name = "purchase", .value = 1, .at = {id}});
    if (id != unit) continue;
    const std::string variant = unit % 2 == 0 ? "a" : "b";
    batch.exposures.push_back(exposure(name, "e", variant, id));
    batch.exposures.push_back(exposure(name, "f", variant, id));
  }
  store.append(batch);
}

}  // namespace crossfade::storage
