#pragma once

#include <filesystem>

namespace crossfade::runtime {

// Writes a configuration with one experiment, that `validate` passes: of the recommenders that the program has, or
// (`service`) of a service that recommends by itself. Throws Error (user) where the file is there already, or cannot be
// written.
void write_first_file(const std::filesystem::path& file, bool service);

}  // namespace crossfade::runtime
