#include "platform/storage/sqlite/database/sqlite_connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

// How long a connection waits for another one's lock, such as that of a notebook which writes.
constexpr int kBusyTimeoutMs = 10'000;

std::unique_ptr<SQLite::Database> open(const std::filesystem::path& file, int flags) {
  // One thread at a time uses a connection, so SQLite's own mutex is only a cost.
  return std::make_unique<SQLite::Database>(file, flags | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
}

void require_regular(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file)) throw Error::user(file.string() + ": a directory, want a store's file");
}

}  // namespace

Error error_of(const std::filesystem::path& file, const SQLite::Exception& exception) {
  const std::string what = file.string() + ": " + exception.what();
  switch (exception.getErrorCode()) {
    case SQLITE_NOTADB:
      return Error::user(file.string() + ": no Crossfade store, and no SQLite file at all");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Error::user(what);
    default:
      return Error::internal(what);
  }
}

std::unique_ptr<SQLite::Database> open_to_read(const std::filesystem::path& file) {
  require_regular(file);
  if (!std::filesystem::exists(file)) throw Error::user(file.string() + ": there is no such store");
  if (std::filesystem::file_size(file) == 0)
    throw Error::user(file.string() + ": no Crossfade store, but an empty file");
  return translated(file, [&] {
    auto database = open(file, SQLite::OPEN_READONLY);
    check_schema(*database, file);
    return database;
  });
}

std::unique_ptr<SQLite::Database> open_to_write(const std::filesystem::path& file, const std::string& synchronous) {
  require_regular(file);
  return translated(file, [&] {
    auto database = open(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    create_schema(*database, file);
    database->exec("PRAGMA journal_mode = WAL");
    database->exec("PRAGMA synchronous = " + synchronous);
    return database;
  });
}

std::unique_ptr<SQLite::Database> open_to_checkpoint(const std::filesystem::path& file) {
  return translated(file, [&] {
    auto database = open(file, SQLite::OPEN_READWRITE);
    database->exec("PRAGMA synchronous = NORMAL");
    return database;
  });
}

WriterLock::WriterLock(const std::filesystem::path& store) {
  const std::string name = store.string() + ".lock";
  descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw Error::user(name + ": cannot be made: " + std::generic_category().message(errno));
  // flock, as it lasts exactly as long as the process. It is not on the store's own file: to close that would drop
  // SQLite's POSIX locks. The number in the file is for people only.
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> process{};
    const auto length = ::pread(descriptor_, process.data(), process.size(), 0);
    ::close(descriptor_);
    throw Error::user(store.string() + ": another process writes this store" +
                      (length > 0 ? " (process " + std::string(process.data(), static_cast<std::size_t>(length)) + ")"
                                  : std::string()) +
                      ", want one at a time");
  }
  const std::string process = std::to_string(::getpid());
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, process.data(), process.size(), 0) < 0) {
    const std::string reason = std::generic_category().message(errno);
    ::close(descriptor_);
    throw Error::internal(name + ": " + reason);
  }
}

WriterLock::~WriterLock() {
  ::close(descriptor_);
}

void Readers::give_back(std::unique_ptr<SQLite::Database> database) {
  const MutexLock lock{mutex_};
  idle_.push_back(std::move(database));
}

std::unique_ptr<SQLite::Database> Readers::take() {
  {
    const MutexLock lock{mutex_};
    if (!idle_.empty()) {
      auto database = std::move(idle_.back());
      idle_.pop_back();
      return database;
    }
  }
  return open_to_read(file_);
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
