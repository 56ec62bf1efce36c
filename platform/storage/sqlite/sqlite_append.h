#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <functional>
#include <unordered_map>
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
  // Throws as `append` would; commits nothing that anybody reads.
  void probe();

 private:
  using FirstPlaybacks = std::unordered_map<std::int64_t, std::int64_t>;  // id of the row, by session

  template <typename Work>
  void transact(Work work);
  void insert(const EventBatch& batch);
  void insert(const Playback& playback);
  void insert(const Session& session);
  void insert(const Exposure& exposure);
  void insert(const CustomEvent& event);
  void roll_back();
  void move_recovery_mark();
  void settle(FirstPlaybacks& open) const;

  SQLite::Database& database_;
  const StoreFile& file_;
  SQLite::Statement begin_;
  SQLite::Statement commit_;
  SQLite::Statement rollback_;
  SQLite::Statement playback_;
  SQLite::Statement session_;
  SQLite::Statement exposure_;
  SQLite::Statement event_;

  // For the recovery mark: the first playback of each session that is open, as of the last commit.
  FirstPlaybacks first_playback_;
  std::int64_t last_row_ = 0;
  std::int64_t rows_since_mark_ = 0;
  // What the transaction under way will change in it.
  struct Pending {
    std::vector<std::pair<std::int64_t, std::int64_t>> played;  // session and its first row, perhaps more than once
    std::vector<std::int64_t> ended;
    std::int64_t last_row = 0;
  } pending_;
};

}  // namespace crossfade::storage::sqlite
