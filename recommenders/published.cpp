#include "recommenders/published.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "platform/files/checksum.h"

namespace crossfade::recommenders {

std::string published_tracks(const Catalogue& catalogue) {
  std::string text;
  for (const Track& track : catalogue.tracks()) {
    nlohmann::ordered_json line = {{"track", track.id.value},
                                   {"artist", catalogue.artist_of(track.id)},
                                   {"title", track.title},
                                   {"genres", track.genres},
                                   {"pop", std::stod(fmt::format("{:.2e}", track.popularity))}};
    if (!track.recommendations.empty()) {
      nlohmann::ordered_json& similar = line["recommendations"] = nlohmann::ordered_json::array();
      for (const TrackId other : track.recommendations) similar.push_back(other.value);
    }
    text += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  return text;
}

std::string published_checksum(const Catalogue& catalogue) {
  files::Checksum checksum;
  checksum.add(published_tracks(catalogue));
  return checksum.text();
}

}  // namespace crossfade::recommenders
