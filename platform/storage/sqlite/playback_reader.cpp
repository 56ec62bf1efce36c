#include "platform/storage/sqlite/playback_reader.h"

#include <string>

#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/sqlite_playbacks.h"

namespace crossfade::storage {

void for_each_playback(const std::filesystem::path& file, const std::function<void(const Playback&)>& take) {
  // What `take` throws is no SQLite::Exception, and passes through.
  const sqlite::StoreFile store{file};
  const auto database = sqlite::open_to_read(store);
  sqlite::translated(file, [&] {
    SQLite::Statement rows{*database,
                           std::string("SELECT ") + sqlite::kPlaybackColumns + " FROM playbacks ORDER BY id"};
    while (rows.executeStep()) take(sqlite::playback_of(rows));
  });
}

}  // namespace crossfade::storage
