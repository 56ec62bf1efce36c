#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "simulator/world/world.h"

namespace crossfade::simulator {

struct HetrecOptions {
  // The mean time of a session, in tracks, that uniformly random tracks shall have. Listeners' bias is fitted to it: a
  // larger one makes listeners who are easier to please. Above 1, which the first track has. Default: 3.8.
  double random_time = 3.8;

  // Artists with fewer listeners are left out: their vectors would be those of these listeners. Default: 5.
  std::size_t min_listeners = 5;

  // Dimensions of the embeddings. The time of the factorisation grows up to their cube. Default: 48.
  std::size_t factors = 48;

  // Sessions over which each mean time on the way to random_time is taken. More are slower and come closer to it.
  // Default: 40 000.
  std::int64_t fitting_sessions = 40'000;

  // Of everything that is drawn. The same files and seed give the same world. Default: 1.
  std::uint64_t seed = 1;

  // The result does not depend on their number. Default: 1.
  std::size_t threads = 1;
};

// A world from the HetRec 2011 Last.fm data (I. Cantador, P. Brusilovsky, T. Kuflik, RecSys 2011): artists.dat,
// tags.dat, user_artists.dat and user_taggedartists.dat in `source`, each plain or .gz. docs/world.md says how. `step`
// is told the name of each step as it begins. Throws Error with the lines that cannot be read, as FileFaults lists
// them, and when random_time cannot be had.
World import_hetrec(const std::filesystem::path& source, const HetrecOptions& options,
                    const std::function<void(std::string_view)>& step = {});

}  // namespace crossfade::simulator
