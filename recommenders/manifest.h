#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "recommenders/catalogue.h"

namespace crossfade::recommenders {

// What lists were made for, and how: FILE.manifest.json beside FILE.
struct Manifest {
  std::string type;       // "item_knn"
  std::string command;    // that made them
  std::string program;    // "0.1.0 (1a2b3c4)"
  std::string file;       // checksum of the lists: a manifest of other ones says nothing of these
  std::string catalogue;  // checksum of the tracks.json that they are of
  std::int64_t tracks = 0;

  bool operator==(const Manifest&) const = default;
};

std::filesystem::path manifest_of(const std::filesystem::path& lists);
// Fills in the checksum of `lists`. Throws Error when it cannot be written.
void write_manifest(const std::filesystem::path& lists, Manifest manifest);
// Nothing where there is none, or none of these lists. Throws Error for one that cannot be read.
std::optional<Manifest> read_manifest(const std::filesystem::path& lists);

// Why the lists should not be served with this catalogue: they were made for another one. Nothing where they were made
// for it, or nobody knows.
std::optional<std::string> foreign_lists(const std::filesystem::path& lists, const Catalogue& catalogue);

}  // namespace crossfade::recommenders
