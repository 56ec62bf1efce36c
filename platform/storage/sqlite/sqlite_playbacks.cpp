#include "platform/storage/sqlite/sqlite_playbacks.h"

#include "platform/storage/sqlite/database/sqlite_connection.h"

namespace crossfade::storage::sqlite {

Playback playback_of(SQLite::Statement& row) {
  Playback playback{.unit = unit_of(row.getColumn(0)),
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

}  // namespace crossfade::storage::sqlite
