#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "platform/core/events.h"
#include "platform/storage/sqlite/database/store_file.h"
#include "platform/storage/sqlite/sqlite_store.h"

namespace crossfade::storage::sqlite {

// The writing half of a store: one connection with its statements prepared. For one thread at a time.
class Appender {
 public:
  // Both outlive it.
  Appender(SQLite::Database& database, const StoreFile& file);

  // All of these are one transaction each. They throw Error (unavailable), and change nothing, while another
  // connection has the lock, the disk is full, or the file is not in its place.
  void append(const EventBatch& batch);
  void import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch);
  void record(const StoredConfiguration& configuration);
  void end(const std::vector<ExperimentEnd>& ends);
  void record(const Run& run);
  // Throws as `append` would; commits nothing that anybody reads.
  void probe();

 private:
  template <typename Work>
  void transact(Work work);
  void insert(const EventBatch& batch);
  void insert(const Playback& playback);
  void insert(const Session& session);
  void insert(const Exposure& exposure);
  void insert(const CustomEvent& event);
  void insert(const std::vector<LoggedId>& ids);
  void roll_back();
  void move_recovery_mark();
  void sweep();

  SQLite::Database& database_;
  const StoreFile& file_;
  SQLite::Statement begin_;
  SQLite::Statement commit_;
  SQLite::Statement rollback_;
  SQLite::Statement playback_;
  SQLite::Statement session_;
  SQLite::Statement exposure_;
  SQLite::Statement event_;
  SQLite::Statement id_;

  // As of the last commit.
  std::int64_t last_row_ = 0;    // id of the latest playback
  std::int64_t marked_row_ = 0;  // what that was when the recovery mark last moved
  std::int64_t swept_ = 0;       // the list of open playbacks was last looked at up to this one
  // What the transaction under way will make of them.
  struct Pending {
    std::int64_t last_row = 0;
    std::int64_t marked_row = 0;
  } pending_;
};

}  // namespace crossfade::storage::sqlite
