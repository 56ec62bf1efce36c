#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "platform/core/events.h"

namespace crossfade::storage::sqlite {

// The columns of playbacks that playback_of reads, in its order.
inline constexpr const char* kPlaybackColumns =
    "unit, session, position, track, fraction, recommended, recommender, propensity, latency_ms, at_ms";

// The playback in a row of these columns.
Playback playback_of(SQLite::Statement& row);

}  // namespace crossfade::storage::sqlite
