#include "platform/storage/sqlite/database/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::storage::sqlite {

namespace {

constexpr mode_t kOwnerOnly = 0600;  // who heard what is nobody else's business

std::optional<FileId> id_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileId{.device = status.st_dev, .inode = status.st_ino};
}

// The process that stands in FILE.lock: "" where nobody has written it.
std::string owner_of(const std::string& lock) {
  const int descriptor = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "";
  std::array<char, 32> process{};
  const auto length = ::pread(descriptor, process.data(), process.size(), 0);
  ::close(descriptor);
  return length > 0 ? " (process " + std::string(process.data(), static_cast<std::size_t>(length)) + ")" : "";
}

}  // namespace

StoreFile::StoreFile(std::filesystem::path name) : name_(std::move(name)) {
  if (std::filesystem::is_directory(name_)) throw Error::user(name_.string() + ": a directory, want a store's file");
  std::error_code error;
  path_ = std::filesystem::canonical(name_, error);
  struct stat status{};
  if (error || ::stat(path_.c_str(), &status) != 0) throw Error::user(name_.string() + ": there is no such store");
  if (status.st_nlink > 1) {
    throw Error::user(name_.string() + ": has " + std::to_string(status.st_nlink) +
                      " names (hard links), want one: what was written last stands beside one of them only");
  }
  file_ = {.device = status.st_dev, .inode = status.st_ino};
}

void StoreFile::require_in_place() const {
  const auto require = [](const std::filesystem::path& path, const FileId& wanted, const std::string& called) {
    const auto found = id_of(path);
    if (found == wanted) return;
    throw Error::unavailable(called + (found ? ": another file stands in its place" : ": moved or deleted") +
                             " since it was opened, want the same one back, or a restart");
  };
  require(path_, file_, name_.string());
  if (log_) require(log(), *log_, name_.string() + "-wal");
}

void StoreFile::want_log() {
  log_ = id_of(log());
}

std::filesystem::path StoreFile::log() const {
  return path_.string() + "-wal";
}

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

WriterLock::WriterLock(const std::filesystem::path& store) {
  if (std::filesystem::is_directory(store)) throw Error::user(store.string() + ": a directory, want a store's file");
  store_ = ::open(store.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (store_ < 0) throw Error::user(store.string() + ": cannot be opened to write: " + reason_of(errno));
  // By its own name: two names of a file have one lock.
  const std::string name = std::filesystem::canonical(store).string() + ".lock";
  const auto refuse = [&] {
    // The descriptor stays open: this process may have the store already, and would lose SQLite's locks.
    throw Error::user(store.string() + ": another process writes this store" + owner_of(name) + ", want one at a time");
  };
  if (::flock(store_, LOCK_EX | LOCK_NB) != 0) refuse();
  named_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (named_ < 0) {
    const std::string reason = reason_of(errno);
    ::close(store_);
    throw Error::user(name + ": cannot be made: " + reason);
  }
  if (::flock(named_, LOCK_EX | LOCK_NB) != 0) {
    ::close(named_);
    refuse();
  }
  const std::string process = std::to_string(::getpid());
  // For people only: a full disk must not keep a store from being opened.
  [[maybe_unused]] const bool told =
      ::ftruncate(named_, 0) == 0 && ::pwrite(named_, process.data(), process.size(), 0) >= 0;
}

WriterLock::~WriterLock() {
  ::close(named_);
  ::close(store_);
}

}  // namespace crossfade::storage::sqlite
