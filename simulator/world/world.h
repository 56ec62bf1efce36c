#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/files/matrix.h"
#include "recommenders/catalogue.h"
#include "simulator/world/listeners.h"

namespace crossfade::simulator {

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
  std::string checksum = {};  // of the four files together; "" of a world that was not read

  // Throws Error with every fault of world.json and users.json, or with what is wrong with one of the other two.
  static World read(const std::filesystem::path& directory);

  // Makes the directory, or replaces the world that it holds; other files in it are left alone. Throws Error when it
  // holds other files and no world, or cannot be written. `tracks`: the catalogue's own file, plain or gzip, which
  // becomes tracks.json as it stands, with members that the catalogue does not have; "": it is written anew.
  void write(const std::filesystem::path& directory, const std::filesystem::path& tracks = {}) const;
};

// "import" or "preset": where the world in `directory` came from; "" where there is none that says.
std::string kind_of_world(const std::filesystem::path& directory);

// The catalogue alone of the world in `directory`, or of what was published of one: all that a server may know of it.
recommenders::Catalogue read_catalogue(const std::filesystem::path& directory);

}  // namespace crossfade::simulator
