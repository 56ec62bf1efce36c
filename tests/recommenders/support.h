#pragma once

#include <vector>

#include "recommenders/catalogue.h"
#include "recommenders/recommender.h"
#include "recommenders/registry.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

namespace crossfade::recommenders::test {

// 10 tracks: artist 0 has 0..3, artist 1 has 4..6, artist 2 has 7 and 8, artist 3 has 9 only. Popularity falls with the
// id. Each track names as similar the two behind it, round the end; track 5 names none.
Catalogue small_catalogue();

// Tracks without popularity and similar tracks, ten to an artist.
Catalogue plain_catalogue(std::size_t tracks);

std::vector<TrackId> ids(std::initializer_list<std::uint32_t> values);

// Each heard in full.
std::vector<Listen> listens(const std::vector<TrackId>& tracks);

}  // namespace crossfade::recommenders::test
