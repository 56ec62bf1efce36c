#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

struct sqlite3;

namespace crossfade::storage::sqlite {

// Moves pages from the write-ahead log into the file, in a thread and on a connection of its own. SQLite does it within
// a commit by default, and then a commit waits for the disk: for seconds on a machine whose disk is busy, though an
// acknowledgement needs no disk at all to survive kill -9.
class Checkpointer {
 public:
  // Attends to the commits of `writer`, each of which is made with `writing` locked. Both outlive it.
  Checkpointer(const std::filesystem::path& file, SQLite::Database& writer, std::mutex& writing);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

 private:
  static int on_commit(void* self, sqlite3* writer, const char* schema, int pages);
  bool is_due() const;
  void run();
  void move_pages();

  SQLite::Database& writer_;
  std::mutex& writing_;
  std::unique_ptr<SQLite::Database> database_;

  std::mutex mutex_;
  std::condition_variable work_;
  // Guarded by mutex_.
  int pages_ = 0;     // in the log
  int attended_ = 0;  // of them were there when they were last moved
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace crossfade::storage::sqlite
