#pragma once

#include "platform/files/matrix.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

// What the .npy file of option `name`, which must be there, holds: float32 or float16, as files::read_npy takes them.
// Throws Error where it has no values in a row.
files::Matrix read_vectors(const Ingredients& of, const std::string& name);

// The same, a row for each track of the catalogue: throws Error where it has more or fewer.
files::Matrix read_track_vectors(const Ingredients& of, const std::string& name);

}  // namespace crossfade::recommenders
