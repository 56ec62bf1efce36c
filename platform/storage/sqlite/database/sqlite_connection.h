#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/ids.h"
#include "platform/core/mutex.h"
#include "platform/core/time.h"
#include "platform/storage/sqlite/database/store_file.h"

namespace crossfade::storage::sqlite {

// What SQLite says about a store that is being opened, as ours: the user's fault where the file is the cause, else the
// machine's.
Error error_of(const std::filesystem::path& file, const SQLite::Exception& exception);
// The same of a store that is open already: nobody who reads or writes it then has named a bad file. Unavailable where
// it may pass (a lock, a full disk). `system_error`: the errno behind an I/O error, 0 where it is not known.
Error error_when_open(const std::filesystem::path& file, const SQLite::Exception& exception, int system_error = 0);

// The errno of the last call that failed on the connection's log, where a commit writes; 0 for none. Not
// sqlite3_system_errno, which does not know of a commit's.
int log_errno_of(SQLite::Database& database);

// Runs `work`, which names SQLite's functions only, on a store that is open.
template <typename Work>
auto translated(const std::filesystem::path& file, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& exception) {
    throw error_when_open(file, exception);
  }
}

// A store's file, opened for one thread at a time, its schema checked. No connection ever makes a file.
std::unique_ptr<SQLite::Database> open_to_read(const StoreFile& file);
// The same for writing; makes the tables in an empty file. `synchronous` is SQLite's "NORMAL" or "FULL".
std::unique_ptr<SQLite::Database> open_to_write(const StoreFile& file, const std::string& synchronous);

// A second connection of the process that writes, for Checkpointer.
std::unique_ptr<SQLite::Database> open_to_checkpoint(const StoreFile& file);

// Another connection to a store that is open already. Throws Error (unavailable) where its file is not in its place:
// what has its name now is not read.
std::unique_ptr<SQLite::Database> open_again_to_read(const StoreFile& file);

// Connections for readers: each has one for itself while it reads. Thread-safe.
class Readers {
 public:
  // Opens the first one; throws as open_to_read does. `file` outlives this.
  explicit Readers(const StoreFile& file) : file_(file) { idle_.push_back(open_to_read(file_)); }

  // `read(database)` in one transaction: it sees one state of the store. Throws Error (unavailable) while the file is
  // not in its place.
  template <typename Read>
  auto operator()(Read read) {
    return translated(file_.name(), [&] {
      const Borrowed borrowed{*this, take()};
      SQLite::Transaction transaction{*borrowed.database};
      return read(*borrowed.database);
    });
  }

  // Whoever reads is broken off with an Error, and so is whoever begins to.
  void interrupt();

 private:
  struct Borrowed {
    Readers& readers;
    std::unique_ptr<SQLite::Database> database;
    ~Borrowed() { readers.give_back(std::move(database)); }
  };
  std::unique_ptr<SQLite::Database> take();
  void give_back(std::unique_ptr<SQLite::Database> database) CROSSFADE_EXCLUDES(mutex_);

  const StoreFile& file_;
  Mutex mutex_;
  std::vector<std::unique_ptr<SQLite::Database>> idle_ CROSSFADE_GUARDED_BY(mutex_);
  std::set<SQLite::Database*> reading_ CROSSFADE_GUARDED_BY(mutex_);
  bool interrupted_ CROSSFADE_GUARDED_BY(mutex_) = false;
};

// A unit's text that is the canonical decimal of a signed 64-bit integer ("7", "-7"; not "07", "+7", "-0") is stored as
// INTEGER, any other as TEXT, so that notebooks join on numbers. Stored; do not change.
std::optional<std::int64_t> integer_of(const UnitId& unit);
void bind_unit(SQLite::Statement& statement, int index, const UnitId& unit);  // `unit` outlives the statement's step
UnitId unit_of(const SQLite::Column& column);
std::string_view text_of(const SQLite::Column& column);  // as long as the statement does not step on

}  // namespace crossfade::storage::sqlite
