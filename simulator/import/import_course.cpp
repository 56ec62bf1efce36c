#include "simulator/import/import_course.h"

#include <fmt/format.h>

#include "platform/core/error.h"
#include "platform/files/npy.h"
#include "platform/files/text_file.h"

namespace crossfade::simulator {

World import_course(const std::filesystem::path& source) {
  if (!std::filesystem::is_directory(source)) throw Error::user(source.string() + ": no such directory");
  const auto users = files::plain_or_gzip(source / "users.json");
  const auto tracks = files::plain_or_gzip(source / "tracks.json");
  auto vectors = source / "embeddings.npy";
  if (!std::filesystem::exists(vectors)) vectors = source / "tracks.npy";
  if (!std::filesystem::exists(vectors)) {
    throw Error::user(source.string() + ": holds neither embeddings.npy nor tracks.npy");
  }
  World world{.origin = {.kind = "import", .name = "course", .seed = 0, .parameters = {}},
              .rules = {},
              .catalogue = recommenders::Catalogue::read(tracks),
              .embeddings = files::read_npy(vectors),
              .listeners = {}};
  if (world.embeddings.rows != world.catalogue.size()) {
    throw Error::user(fmt::format("{}: {} rows, but {} has {} tracks", vectors.string(), world.embeddings.rows,
                                  tracks.string(), world.catalogue.size()));
  }
  world.listeners = read_listeners(users, world.catalogue.size());
  return world;
}

}  // namespace crossfade::simulator
