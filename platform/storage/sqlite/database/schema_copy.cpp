#include "platform/storage/sqlite/database/schema_copy.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "platform/core/error.h"
#include "platform/storage/sqlite/database/store_file.h"

namespace crossfade::storage::sqlite {

namespace {

namespace fs = std::filesystem;

constexpr int kAllPages = -1;

fs::path free_name(const fs::path& store, int schema) {
  const fs::path first = store.string() + ".schema-" + std::to_string(schema) + ".backup";
  fs::path name = first;
  for (int i = 2; fs::exists(name); ++i) name = first.string() + "-" + std::to_string(i);
  return name;
}

// Flushes a file's content, or a directory's names, to the disk.
void flush(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!flushed) throw std::system_error(error, std::generic_category());
}

// A new file under another name, until it is whole.
class Part {
 public:
  explicit Part(const fs::path& name) : path_(name.string() + ".part") {
    fs::remove(path_);  // of a copy that was broken off
    const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category());
    ::close(descriptor);
  }
  ~Part() {
    std::error_code ignored;
    fs::remove(path_, ignored);
    fs::remove(path_.string() + "-journal", ignored);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  void fill_from(const fs::path& store) const {
    SQLite::Database source{store, SQLite::OPEN_READONLY};
    SQLite::Database copy{path_, SQLite::OPEN_READWRITE};
    try {
      SQLite::Backup backup{copy, source};
      if (backup.executeStep(kAllPages) != SQLITE_DONE) throw SQLite::Exception("it is locked");
    } catch (const SQLite::Exception& exception) {
      const int error = sqlite3_system_errno(copy.getHandle());
      if (error == 0) throw;
      throw SQLite::Exception(std::string(exception.what()) + " (" + reason_of(error) + ")");
    }
  }
  void become(const fs::path& name) const {
    flush(path_);
    fs::rename(path_, name);
    flush(name.parent_path());
  }

 private:
  fs::path path_;
};

}  // namespace

fs::path keep_copy(const StoreFile& file, int schema) {
  const fs::path name = free_name(file.path(), schema);
  try {
    const Part part(name);
    part.fill_from(file.path());
    part.become(name);
    return name;
  } catch (const std::exception& exception) {  // of SQLite, of the file system
    throw Error::unavailable(file.name().string() + ": is of schema " + std::to_string(schema) +
                             ", and is brought to a newer one when a copy of it is kept, which cannot be written: " +
                             name.string() + ": " + exception.what() + "; it is as it was");
  }
}

}  // namespace crossfade::storage::sqlite
