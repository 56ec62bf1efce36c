#pragma once

#include "recommenders/files.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

// The option "file" of types that go by lists of similar tracks.
Option similar_tracks_option();
// The lists that it names, or else those of the catalogue: a row for each of its tracks. Throws Error where there are
// none, and what read_track_lists throws.
TrackRows similar_tracks(const Ingredients& of);

}  // namespace crossfade::recommenders
