#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <memory>
#include <thread>

#include "platform/core/mutex.h"
#include "platform/storage/sqlite/database/store_file.h"

struct sqlite3;

namespace crossfade::storage::sqlite {

// Moves pages from the write-ahead log into the file, in a thread and on a connection of its own. SQLite does it within
// a commit by default, and then a commit waits for the disk: for seconds on a machine whose disk is busy, though an
// acknowledgement needs no disk at all to survive kill -9.
class Checkpointer {
 public:
  // Attends to the commits of `writer`, each of which is made with `writing` locked. Both outlive it.
  Checkpointer(const StoreFile& file, SQLite::Database& writer, Mutex& writing);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

 private:
  static int on_commit(void* self, sqlite3* writer, const char* schema, int pages);
  bool is_due() const CROSSFADE_REQUIRES(mutex_);
  void run();
  void move_pages();

  SQLite::Database& writer_;
  Mutex& writing_;
  std::unique_ptr<SQLite::Database> database_;

  Mutex mutex_;
  Condition work_;
  int pages_ CROSSFADE_GUARDED_BY(mutex_) = 0;     // in the log
  int attended_ CROSSFADE_GUARDED_BY(mutex_) = 0;  // of them were there when they were last moved
  bool stopping_ CROSSFADE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace crossfade::storage::sqlite
