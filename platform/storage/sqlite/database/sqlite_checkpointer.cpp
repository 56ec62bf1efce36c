#include "platform/storage/sqlite/database/sqlite_checkpointer.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "platform/storage/sqlite/database/sqlite_connection.h"

namespace crossfade::storage::sqlite {

namespace {

// Of 4 KiB: when the log has so many more, they are moved.
constexpr int kPages = 4096;
constexpr int kPagesPerMegabyte = 256;

}  // namespace

Checkpointer::Checkpointer(const StoreFile& file, SQLite::Database& writer, Mutex& writing, Options options)
    : file_(file),
      writer_(writer),
      writing_(writing),
      database_(open_to_checkpoint(file)),
      options_(std::move(options)) {
  sqlite3_wal_hook(writer_.getHandle(), &Checkpointer::on_commit, this);
  thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
  {
    const MutexLock lock{mutex_};
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
  sqlite3_wal_hook(writer_.getHandle(), nullptr, nullptr);
}

int Checkpointer::on_commit(void* self, sqlite3* /*writer*/, const char* /*schema*/, int pages) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  bool due = false;
  {
    const MutexLock lock{checkpointer.mutex_};
    if (pages < checkpointer.pages_) checkpointer.attended_ = 0;  // the log has started anew
    checkpointer.pages_ = pages;
    due = checkpointer.is_due();
  }
  if (due) checkpointer.work_.notify_one();
  return SQLITE_OK;
}

bool Checkpointer::is_due() const {
  return pages_ - attended_ >= std::min(kPages, options_.pages_at_most);
}

void Checkpointer::run() {
  for (;;) {
    int pages = 0;
    {
      const MutexLock lock{mutex_};
      while (!stopping_ && !is_due()) work_.wait(mutex_);
      if (stopping_) return;
      attended_ = pages_;
      pages = pages_;
    }
    move_pages();
    if (pages < options_.pages_at_most) continue;
    Moved moved = Moved::failed;
    {
      const MutexLock lock{writing_};
      moved = move_pages();
    }
    if (moved == Moved::all) told_pages_ = 0;
    if (moved == Moved::some) tell_of_reader(pages);
  }
}

// The log cannot be bounded then: what the reader sees stands in it, and so does what is acknowledged meanwhile.
void Checkpointer::tell_of_reader(int pages) {
  if (!options_.say || pages < 2 * told_pages_) return;
  told_pages_ = pages;
  options_.say(file_.name().string() + "-wal has grown to " + std::to_string(pages / kPagesPerMegabyte) +
               " MB: somebody has been reading the store since before, and the log is kept until they end");
}

// All that is in the log and that no reader still needs there. When it fails, as on a full disk, nothing is lost: the
// log keeps the pages, they are moved another time, and a commit that finds no room says so.
Checkpointer::Moved Checkpointer::move_pages() {
  int pages = 0;
  int moved = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
  if (code != SQLITE_OK) return Moved::failed;
  return moved < pages ? Moved::some : Moved::all;
}

}  // namespace crossfade::storage::sqlite
