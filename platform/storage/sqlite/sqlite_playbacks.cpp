#include "platform/storage/sqlite/sqlite_playbacks.h"

#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"

namespace crossfade::storage::sqlite {

Playback playback_of(SQLite::Statement& row) {
  Playback playback{.unit = unit_of(row.getColumn(0)),
                    .session = {integer_at(row.getColumn(1))},
                    .position = row.getColumn(2).getInt(),
                    .track = {row.getColumn(3).getUInt()},
                    .fraction = real_at(row.getColumn(4)),
                    .recommended = {},
                    .latency_ms = {},
                    .at = {integer_at(row.getColumn(9))}};
  if (!row.isColumnNull(5)) {
    playback.recommended = Recommended{.track = {row.getColumn(5).getUInt()},
                                       .recommender = row.getColumn(6).getString(),
                                       .propensity = row.getColumn(7).getDouble()};
  }
  playback.latency_ms = optional_real_at(row.getColumn(8));
  return playback;
}

}  // namespace crossfade::storage::sqlite
