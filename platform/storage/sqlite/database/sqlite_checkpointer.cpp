#include "platform/storage/sqlite/database/sqlite_checkpointer.h"

#include <sqlite3.h>

#include "platform/storage/sqlite/database/sqlite_connection.h"

namespace crossfade::storage::sqlite {

namespace {

// Of 4 KiB. The log starts anew only when all of it has been moved, which may never be while commits go on: when it has
// grown to the second number, they wait for the rest to be moved.
constexpr int kPages = 4096;
constexpr int kPagesAtMost = 65'536;

}  // namespace

Checkpointer::Checkpointer(const StoreFile& file, SQLite::Database& writer, Mutex& writing)
    : writer_(writer), writing_(writing), database_(open_to_checkpoint(file)) {
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
  return pages_ - attended_ >= kPages;
}

void Checkpointer::run() {
  for (;;) {
    bool is_long = false;
    {
      const MutexLock lock{mutex_};
      while (!stopping_ && !is_due()) work_.wait(mutex_);
      if (stopping_) return;
      attended_ = pages_;
      is_long = pages_ >= kPagesAtMost;
    }
    move_pages();
    if (!is_long) continue;
    const MutexLock lock{writing_};
    move_pages();
  }
}

// All that is in the log and that no reader still needs there. When it fails, as on a full disk, nothing is lost: the
// log keeps the pages, they are moved another time, and a commit that finds no room says so.
void Checkpointer::move_pages() {
  sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace crossfade::storage::sqlite
