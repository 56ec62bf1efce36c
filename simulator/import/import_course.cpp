#include "simulator/import/import_course.h"

#include <fmt/format.h>

#include <utility>

#include "platform/files/npy.h"
#include "platform/files/text_file.h"
#include "simulator/world/listeners.h"

namespace crossfade::simulator {

CourseImport import_course(const std::filesystem::path& source, bool lenient,
                           const std::function<void(std::string_view)>& begin) {
  const auto tell = [&begin](std::string_view what) {
    if (begin) begin(what);
  };
  if (!std::filesystem::is_directory(source)) throw Error::user(source.string() + ": no such directory");
  const auto users = files::plain_or_gzip(source / "users.json");
  const auto tracks = files::plain_or_gzip(source / "tracks.json");
  auto vectors = source / "embeddings.npy";
  if (!std::filesystem::exists(vectors)) vectors = source / "tracks.npy";
  if (!std::filesystem::exists(vectors)) {
    throw Error::user(source.string() + ": holds neither embeddings.npy nor tracks.npy");
  }
  tell("tracks");
  auto catalogue = recommenders::Catalogue::read(tracks);
  tell("embeddings");
  World world{.origin = {.kind = "import", .name = "course", .seed = 0, .parameters = {}},
              .rules = {},
              .catalogue = std::move(catalogue),
              .embeddings = files::read_npy(vectors),
              .listeners = {}};
  if (world.embeddings.rows != world.catalogue.size()) {
    throw Error::user(fmt::format("{}: {} rows, but {} has {} tracks", vectors.string(), world.embeddings.rows,
                                  tracks.string(), world.catalogue.size()));
  }
  tell("users");
  ListenerFile listeners = read_listener_file(users, world.catalogue.size(), lenient);
  std::size_t with_rules = 0;
  for (const Listener& one : listeners.listeners) {
    if (one.session_budget || one.interest_neighbours || one.artist_discount) ++with_rules;
  }
  CourseImport done{.world = std::move(world),
                    .tracks = tracks,
                    .read = {},
                    .ignored = std::move(listeners.ignored),
                    .left_out = listeners.left_out,
                    .faults = std::move(listeners.faults)};
  done.world.listeners = std::move(listeners.listeners);
  const auto add = [&done](const std::filesystem::path& file, const std::string& words) {
    done.read.push_back(file.filename().string() + ": " + words);
  };
  add(tracks, fmt::format("{} tracks of {} artists", done.world.catalogue.size(), done.world.catalogue.artists()));
  add(vectors, fmt::format("{} x {}", done.world.embeddings.rows, done.world.embeddings.columns));
  add(users, fmt::format("{} listeners, {} of them with rules of their own", done.world.listeners.size(), with_rules));
  return done;
}

}  // namespace crossfade::simulator
