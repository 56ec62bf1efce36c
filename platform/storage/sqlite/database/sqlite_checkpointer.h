#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <memory>
#include <string>
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
  struct Options {
    // Of 4 KiB. The log starts anew only when all of it has been moved, which may never be while commits go on: when it
    // has grown to so many, they wait for the rest to be moved. Default: 256 MB.
    int pages_at_most = 65'536;

    // Told in its thread when the log has grown to that and cannot start anew, as a reader needs an old state of the
    // store, and again whenever it has doubled. Default: nobody.
    std::function<void(const std::string&)> say = nullptr;
  };

  // Attends to the commits of `writer`, each of which is made with `writing` locked. All three outlive it.
  Checkpointer(const StoreFile& file, SQLite::Database& writer, Mutex& writing, Options options);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

 private:
  static int on_commit(void* self, sqlite3* writer, const char* schema, int pages);
  bool is_due() const CROSSFADE_REQUIRES(mutex_);
  void run();
  enum class Moved { all, some, failed };
  Moved move_pages();
  void tell_of_reader(int pages);

  const StoreFile& file_;
  SQLite::Database& writer_;
  Mutex& writing_;
  std::unique_ptr<SQLite::Database> database_;
  const Options options_;
  int told_pages_ = 0;  // the thread's own; 0: nothing has been told

  Mutex mutex_;
  Condition work_;
  int pages_ CROSSFADE_GUARDED_BY(mutex_) = 0;     // in the log
  int attended_ CROSSFADE_GUARDED_BY(mutex_) = 0;  // of them were there when they were last moved
  bool stopping_ CROSSFADE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace crossfade::storage::sqlite
