#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "simulator/world/world.h"

namespace crossfade::simulator {

struct HetrecOptions {
  double random_time = 3.8;       // mean session time that uniformly random tracks shall have; > 1, the first track's
  std::size_t min_listeners = 5;  // artists with fewer are left out: their vectors would be those of their listeners
  std::size_t factors = 48;
  std::int64_t fitting_sessions = 40'000;  // that each mean session time on the way to random_time is taken over
  std::uint64_t seed = 1;
  std::size_t threads = 1;  // the result does not depend on it
};

// A world from the HetRec 2011 Last.fm data (I. Cantador, P. Brusilovsky, T. Kuflik, RecSys 2011): artists.dat,
// tags.dat, user_artists.dat and user_taggedartists.dat in `source`, each plain or .gz. docs/world.md says how. `step`
// is told the name of each step as it begins. Throws Error with every line that cannot be read, and when random_time
// cannot be had.
World import_hetrec(const std::filesystem::path& source, const HetrecOptions& options,
                    const std::function<void(std::string_view)>& step = {});

}  // namespace crossfade::simulator
