#pragma once

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/memory_store.h"
#include "tests/support/temporary_directory.h"

// The stores that the contract suites run on.
namespace crossfade::storage {

struct InMemory {
  MemoryStore store;
};

struct InSqlite {
  TemporaryDirectory directory;
  SqliteStore store{directory / "store.db", {.access = SqliteStore::Access::write}};
};

}  // namespace crossfade::storage

#define STORES crossfade::storage::InMemory, crossfade::storage::InSqlite
