#pragma once

#include <filesystem>

namespace crossfade {

// The root of the source tree. Its path is in one file alone, so that the others' objects serve a clone elsewhere, too.
std::filesystem::path source_directory();

}  // namespace crossfade
