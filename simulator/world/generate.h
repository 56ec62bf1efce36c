#pragma once

#include <cstdint>

#include "simulator/world/preset.h"
#include "simulator/world/world.h"

namespace crossfade::simulator {

// The same world for the same preset and seed, on every machine with the same <cmath>. 0.1 s for each of the two
// presets in a release build.
World generate_world(const Preset& preset, std::uint64_t seed);

}  // namespace crossfade::simulator
