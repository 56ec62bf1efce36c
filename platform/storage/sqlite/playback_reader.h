#pragma once

#include <filesystem>
#include <functional>

#include "platform/core/events.h"

namespace crossfade::storage {

// Calls `take` with every playback of the store in `file`, in the order in which they were appended, as the store was
// when the reading began; the reference is valid until `take` returns. Memory: one playback. Another process may write
// meanwhile. Throws Error as SqliteStore does for a file that cannot be read.
void for_each_playback(const std::filesystem::path& file, const std::function<void(const Playback&)>& take);

}  // namespace crossfade::storage
