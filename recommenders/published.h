#pragma once

#include <string>

#include "recommenders/catalogue.h"

namespace crossfade::recommenders {

// tracks.json of a synthetic world, for those who shall not know what it was made from: popularity has three digits.
// All digits of it are the numbers that were drawn, from which the seed can be computed, and from that the world.
std::string published_tracks(const Catalogue& catalogue);

// Of that text, as Catalogue::checksum has it of a file: lists that were made for the published catalogue are lists for
// this one.
std::string published_checksum(const Catalogue& catalogue);

}  // namespace crossfade::recommenders
