#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace crossfade::storage::sqlite {

// What the system says of an errno.
std::string reason_of(int error);

// Which file it is, whatever it is called.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

// The file that a store was opened as. Others move, delete and replace files while they are open: SQLite goes on in the
// one that has no name any more, where nobody will look for it, and a new connection opens whatever has the name then.
// Immutable but for `want_log`, hence thread-safe.
class StoreFile {
 public:
  // An existing store, found through symbolic links. Throws Error (user) where there is none, and for one that has
  // several names: a second one has a log of its own.
  explicit StoreFile(std::filesystem::path name);

  const std::filesystem::path& name() const { return name_; }  // as the user gave it, for messages
  const std::filesystem::path& path() const { return path_; }  // absolute, without symbolic links

  // Throws Error (unavailable) unless the path still leads to the file, and to the log that is wanted. Two system
  // calls, a microsecond each.
  void require_in_place() const;
  // From now on the write-ahead log that stands beside the file has to stay, too: for who writes it. Before any other
  // thread has this.
  void want_log();

 private:
  std::filesystem::path log() const;

  std::filesystem::path name_;
  std::filesystem::path path_;
  FileId file_;
  std::optional<FileId> log_;
};

// Only one process, and one store in it, has it; gone when that process is, however it ended. To be made before SQLite
// opens the file and to die after it has closed it: to close any descriptor of a file drops the locks that SQLite has
// on it in the same process.
class WriterLock {
 public:
  // Makes an empty file, for the owner alone, where there is none. Throws Error (user) that names the process that has
  // the lock.
  explicit WriterLock(const std::filesystem::path& store);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int store_ = -1;  // the lock is on the file itself: by another name, too
  int named_ = -1;  // FILE.lock, for programs up to 0.1.0, which know no other lock, and with a number for people
};

}  // namespace crossfade::storage::sqlite
