#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "platform/core/random.h"

namespace crossfade::simulator {

// `count` different invented names of artists ("The Solari", "Velmora Tane"). The same for the same stream.
std::vector<std::string> invent_artists(std::size_t count, Random& random);

// One invented title ("Ora Linde"), of one to three words.
std::string invent_title(Random& random);

// Twenty names of genres.
const std::vector<std::string>& genre_names();

}  // namespace crossfade::simulator
