#include "recommenders/similar_tracks.h"

#include <algorithm>

#include "platform/core/error.h"
#include "recommenders/options.h"

namespace crossfade::recommenders {

namespace {

// What tracks.json itself names as similar. Nobody has checked it for repetitions, which would spoil the propensity.
TrackRows of_catalogue(const Catalogue& catalogue) {
  TrackRows rows;
  bool any = false;
  for (const Track& track : catalogue.tracks()) {
    std::vector<TrackId> list;
    for (const TrackId similar : track.recommendations) {
      if (catalogue.contains(similar) && std::ranges::find(list, similar) == list.end()) list.push_back(similar);
    }
    any = any || !list.empty();
    rows.add(list);
  }
  if (!any) throw Error::user("the catalogue names no similar tracks (\"recommendations\"), want the option \"file\"");
  return rows;
}

}  // namespace

Option similar_tracks_option() {
  return {.name = "file",
          .kind = Option::Kind::file,
          .allowed = {},
          .help =
              "lines {\"item_id\", \"recommendations\": [...]}, best first; without it the recommendations of the "
              "catalogue's own file"};
}

TrackRows similar_tracks(const Ingredients& of) {
  const auto file = text_option(of.spec.options, "file");
  return file ? read_track_lists(world_file(of.data, *file, of.allow_outside), of.catalogue)
              : of_catalogue(of.catalogue);
}

}  // namespace crossfade::recommenders
