#pragma once

#include <cstdint>

#include "simulator/world/generate.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

namespace crossfade::simulator::testing {

// A world like course-2026, small enough for any build.
inline World small_world(std::uint64_t seed = 1) {
  Preset preset = find_preset("course-2026");
  preset.tracks = 600;
  preset.artists = 50;
  preset.dimensions = 12;
  preset.listeners = 80;
  return generate_world(preset, seed);
}

}  // namespace crossfade::simulator::testing
