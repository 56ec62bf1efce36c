#include "platform/storage/playback_reader.h"

#include "platform/storage/sqlite_connection.h"

namespace crossfade::storage {

namespace {

Playback playback_of(SQLite::Statement& row) {
  Playback playback{.unit = sqlite::unit_of(row.getColumn(0)),
                    .session = {row.getColumn(1).getInt64()},
                    .position = row.getColumn(2).getInt(),
                    .track = {row.getColumn(3).getUInt()},
                    .fraction = row.getColumn(4).getDouble(),
                    .recommended = {},
                    .latency_ms = {},
                    .at = {row.getColumn(9).getInt64()}};
  if (!row.isColumnNull(5)) {
    playback.recommended = Recommended{.track = {row.getColumn(5).getUInt()},
                                       .recommender = row.getColumn(6).getString(),
                                       .propensity = row.getColumn(7).getDouble()};
  }
  if (!row.isColumnNull(8)) playback.latency_ms = row.getColumn(8).getDouble();
  return playback;
}

}  // namespace

void for_each_playback(const std::filesystem::path& file, const std::function<void(const Playback&)>& take) {
  // What `take` throws is no SQLite::Exception, and passes through.
  sqlite::translated(file, [&] {
    const auto database = sqlite::open_to_read(file);
    SQLite::Statement rows{*database,
                           "SELECT unit, session, position, track, fraction, recommended, recommender, propensity, "
                           "latency_ms, at_ms FROM playbacks ORDER BY id"};
    while (rows.executeStep()) take(playback_of(rows));
  });
}

}  // namespace crossfade::storage
