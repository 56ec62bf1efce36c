#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/ids.h"
#include "platform/core/mutex.h"
#include "platform/core/time.h"

namespace crossfade::storage::sqlite {

// What SQLite says about `file`, as ours: the user's fault where the file is the cause, else the machine's.
Error error_of(const std::filesystem::path& file, const SQLite::Exception& exception);

// Runs `work`, which names SQLite's functions only.
template <typename Work>
auto translated(const std::filesystem::path& file, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& exception) {
    throw error_of(file, exception);
  }
}

// An existing store, opened for one thread at a time, its schema checked.
std::unique_ptr<SQLite::Database> open_to_read(const std::filesystem::path& file);
// The same for writing; makes the store when there is none. `synchronous` is SQLite's "NORMAL" or "FULL".
std::unique_ptr<SQLite::Database> open_to_write(const std::filesystem::path& file, const std::string& synchronous);

// A second connection of the process that writes, for Checkpointer.
std::unique_ptr<SQLite::Database> open_to_checkpoint(const std::filesystem::path& file);

// Only one process, and one store in it, has it; gone when that process is, however it ended.
class WriterLock {
 public:
  explicit WriterLock(const std::filesystem::path& store);  // throws Error (user) that names the process that has it
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int descriptor_ = -1;
};

// Connections for readers: each has one for itself while it reads. Thread-safe.
class Readers {
 public:
  explicit Readers(std::filesystem::path file) : file_(std::move(file)) {}

  // `read(database)` in one transaction: it sees one state of the store.
  template <typename Read>
  auto operator()(Read read) {
    return translated(file_, [&] {
      const Borrowed borrowed{*this, take()};
      SQLite::Transaction transaction{*borrowed.database};
      return read(*borrowed.database);
    });
  }

 private:
  struct Borrowed {
    Readers& readers;
    std::unique_ptr<SQLite::Database> database;
    ~Borrowed() { readers.give_back(std::move(database)); }
  };
  std::unique_ptr<SQLite::Database> take();
  void give_back(std::unique_ptr<SQLite::Database> database);

  const std::filesystem::path file_;
  Mutex mutex_;
  std::vector<std::unique_ptr<SQLite::Database>> idle_ CROSSFADE_GUARDED_BY(mutex_);
};

// A unit's text that is the canonical decimal of a signed 64-bit integer ("7", "-7"; not "07", "+7", "-0") is stored as
// INTEGER, any other as TEXT, so that notebooks join on numbers. Stored; do not change.
std::optional<std::int64_t> integer_of(const UnitId& unit);
void bind_unit(SQLite::Statement& statement, int index, const UnitId& unit);  // `unit` outlives the statement's step
UnitId unit_of(const SQLite::Column& column);
std::string_view text_of(const SQLite::Column& column);  // as long as the statement does not step on

}  // namespace crossfade::storage::sqlite
