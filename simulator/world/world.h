#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/ids.h"
#include "platform/files/matrix.h"
#include "recommenders/catalogue.h"

namespace crossfade::simulator {

// Somebody who listens. What the course's users.json says of a user.
struct Listener {
  UnitId unit;                     // the decimal text of "user"
  std::vector<TrackId> interests;  // at least one; a session's taste is the embedding of one of them
  double bias = 5.0;               // the score at which half of a track is heard
  double sharpness = 1.0;          // how steeply the fraction rises with the score; > 0

  bool operator==(const Listener&) const = default;
};

// What the course keeps the same for all listeners.
struct SessionRules {
  int session_budget = 5;        // a session ends when it is used up; tracks - time = budget in expectation
  int interest_neighbours = 10;  // the first track is drawn from so many nearest to the interest
  double artist_discount = 0.8;  // gamma: a track's fraction is multiplied by it for each earlier track of its artist

  bool operator==(const SessionRules&) const = default;
};

// Where a world came from: stands in world.json, so that it can be made again.
struct Origin {
  std::string kind;  // "preset" or "import"
  std::string name;  // the preset's ("course-2026") or the format's ("hetrec")
  std::uint64_t seed = 0;
  Values parameters;  // by name, whatever else decided how the world came out

  bool operator==(const Origin&) const = default;
};

// The private truth about tracks and listeners, which real life hides: nothing that recommends may read it.
// A directory of four files, described in docs/world.md: world.json, tracks.json, embeddings.npy, users.json.
struct World {
  Origin origin;
  SessionRules rules;
  recommenders::Catalogue catalogue;
  files::Matrix embeddings;  // one row a track
  std::vector<Listener> listeners;

  // Throws Error with every fault of world.json and users.json, or with what is wrong with one of the other two.
  static World read(const std::filesystem::path& directory);

  // Makes the directory, or replaces the world that it holds; other files in it are left alone. Throws Error when it
  // holds other files and no world, or cannot be written.
  void write(const std::filesystem::path& directory) const;
};

// The catalogue alone of the world in `directory`: all that a server may know of it.
recommenders::Catalogue read_catalogue(const std::filesystem::path& directory);

// users.json of the course's form, JSON lines {"user","interests","consume_bias","consume_sharpness"}, plain or gzip.
// A user without the last two has 5.0 and 1.0. Throws Error with the bad lines, as FileFaults lists them; `tracks` is
// the catalogue's size.
std::vector<Listener> read_listeners(const std::filesystem::path& file, std::size_t tracks);

}  // namespace crossfade::simulator
