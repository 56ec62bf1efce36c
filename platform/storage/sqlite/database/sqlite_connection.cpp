#include "platform/storage/sqlite/database/sqlite_connection.h"

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

// How long a connection waits for another one's lock, such as that of a notebook which writes.
constexpr int kBusyTimeoutMs = 10'000;

std::unique_ptr<SQLite::Database> open(const StoreFile& file, int flags) {
  // One thread at a time uses a connection, so SQLite's own mutex is only a cost.
  return std::make_unique<SQLite::Database>(file.path(), flags | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
}

template <typename Open>
auto opened(const StoreFile& file, Open open) -> decltype(open()) {
  try {
    return open();
  } catch (const SQLite::Exception& exception) {
    throw error_of(file.name(), exception);
  }
}

std::string what_of(const std::filesystem::path& file, const SQLite::Exception& exception) {
  return file.string() + ": " + exception.what();
}

std::string damage_of(const std::filesystem::path& file, const SQLite::Exception& exception) {
  return file.string() + ": damaged: " + exception.what() +
         "; `crossfade store check` says more, want a copy of it from before";
}

// Room that somebody may make: on the disk, in a quota, up to a limit on the size of files.
bool is_lack_of_room(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

}  // namespace

Error error_of(const std::filesystem::path& file, const SQLite::Exception& exception) {
  switch (exception.getErrorCode()) {
    case SQLITE_NOTADB:
      return Error::user(file.string() + ": no Crossfade store, and no SQLite file at all");
    case SQLITE_CORRUPT:
      return Error::user(damage_of(file, exception));
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Error::user(what_of(file, exception));
    default:
      return error_when_open(file, exception);
  }
}

Error error_when_open(const std::filesystem::path& file, const SQLite::Exception& exception, int system_error) {
  const std::string what = what_of(file, exception);
  switch (exception.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_INTERRUPT:  // by Readers::interrupt
      return Error::unavailable(what);
    case SQLITE_CORRUPT:
      return Error::internal(damage_of(file, exception));
    case SQLITE_IOERR:
      if (!is_lack_of_room(system_error)) return Error::internal(what);
      return Error::unavailable(what + " (" + std::generic_category().message(system_error) + ")");
    default:
      return Error::internal(what);
  }
}

int log_errno_of(SQLite::Database& database) {
  sqlite3_file* log = nullptr;
  int number = 0;
  sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != nullptr && log->pMethods != nullptr) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
  }
  return number;
}

std::unique_ptr<SQLite::Database> open_to_read(const StoreFile& file) {
  if (std::filesystem::file_size(file.path()) == 0)
    throw Error::user(file.name().string() + ": no Crossfade store, but an empty file");
  return opened(file, [&] {
    auto database = open(file, SQLite::OPEN_READONLY);
    database->exec("PRAGMA cell_size_check = ON");  // of a damaged page, some rows would be read and others not
    check_schema(*database, file.name());
    return database;
  });
}

std::unique_ptr<SQLite::Database> open_again_to_read(const StoreFile& file) {
  file.require_in_place();
  try {
    auto database = open_to_read(file);
    file.require_in_place();  // or it was replaced between the two
    return database;
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::user) throw Error::internal(error.what());
    throw;
  }
}

std::unique_ptr<SQLite::Database> open_to_write(const StoreFile& file, const std::string& synchronous) {
  return opened(file, [&] {
    auto database = open(file, SQLite::OPEN_READWRITE);
    create_schema(*database, file);
    database->exec("PRAGMA journal_mode = WAL");
    database->exec("PRAGMA synchronous = " + synchronous);
    return database;
  });
}

std::unique_ptr<SQLite::Database> open_to_checkpoint(const StoreFile& file) {
  return opened(file, [&] {
    auto database = open(file, SQLite::OPEN_READWRITE);
    database->exec("PRAGMA synchronous = NORMAL");
    // Opens the write-ahead log while it is surely the writer's.
    static_cast<void>(database->execAndGet("SELECT COUNT(*) FROM sqlite_schema"));
    return database;
  });
}

void Readers::give_back(std::unique_ptr<SQLite::Database> database) {
  const MutexLock lock{mutex_};
  reading_.erase(database.get());
  idle_.push_back(std::move(database));
}

void Readers::interrupt() {
  const MutexLock lock{mutex_};
  interrupted_ = true;
  for (SQLite::Database* const database : reading_) sqlite3_interrupt(database->getHandle());
}

std::unique_ptr<SQLite::Database> Readers::take() {
  file_.require_in_place();
  std::unique_ptr<SQLite::Database> database;
  {
    const MutexLock lock{mutex_};
    if (!idle_.empty()) {
      database = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!database) database = open_again_to_read(file_);
  const MutexLock lock{mutex_};
  if (interrupted_) throw Error::unavailable(file_.name().string() + ": is not read any more, as the process ends");
  reading_.insert(database.get());
  return database;
}

std::optional<std::int64_t> integer_of(const UnitId& unit) {
  const std::string& text = unit.value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const std::size_t sign = text.front() == '-' ? 1 : 0;
  if (text[sign] == '0' && text.size() > 1) return std::nullopt;
  return number;
}

void bind_unit(SQLite::Statement& statement, int index, const UnitId& unit) {
  if (const auto integer = integer_of(unit)) {
    statement.bind(index, *integer);
  } else {
    statement.bindNoCopy(index, unit.value);
  }
}

std::string_view text_of(const SQLite::Column& column) {
  return {column.getText(), static_cast<std::size_t>(column.getBytes())};
}

UnitId unit_of(const SQLite::Column& column) {
  if (column.isInteger()) {
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), column.getInt64()).ptr;
    return {std::string(text.data(), end)};
  }
  return {column.getString()};
}

}  // namespace crossfade::storage::sqlite
