#pragma once

#include <filesystem>

#include "simulator/world/world.h"

namespace crossfade::simulator {

// A world from the course's own files in `source`: users.json, tracks.json (each plain or .gz), and embeddings.npy or
// tracks.npy. Throws Error with what is wrong with them.
World import_course(const std::filesystem::path& source);

}  // namespace crossfade::simulator
