#include "simulator/world/world.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "platform/core/error.h"
#include "platform/files/block_reader.h"
#include "platform/files/checksum.h"
#include "platform/files/json_lines.h"
#include "platform/files/npy.h"
#include "simulator/world/listeners.h"

namespace crossfade::simulator {

namespace fs = std::filesystem;
using files::FileFaults;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

// Stored; do not change.
constexpr const char* kFormat = "crossfade-world";
constexpr int kVersion = 1;
constexpr const char* kWorld = "world.json";
constexpr const char* kTracks = "tracks.json";
constexpr const char* kEmbeddings = "embeddings.npy";
constexpr const char* kUsers = "users.json";

void check_directory(const fs::path& directory) {
  if (fs::exists(directory / kWorld)) return;
  const std::string name = directory.string();
  if (fs::exists(directory / kTracks)) {
    throw Error::user(
        name + ": a catalogue without listeners, as world publish leaves it: nobody can be simulated in " +
        "it; whoever has the whole world can, with simulate --remote against a server that serves this one");
  }
  throw Error::user(name + ": no such world directory; make one with crossfade world generate --preset course-2026 " +
                    "--out " + name);
}

// Reads the members of world.json; what is missing or wrong becomes a fault.
class WorldFile {
 public:
  WorldFile(const fs::path& file, files::FileFaults& faults)
      : faults_(faults), object_(files::read_json(file, faults)) {
    if (faults_.empty() && !object_.is_object()) fault("not a JSON object");
  }

  void check_format() {
    if (!faults_.empty()) return;
    if (text("format") != kFormat) fault(fmt::format("\"format\" is not \"{}\": no world of Crossfade", kFormat));
    const auto version = whole("version", 1);
    if (version != kVersion) fault(fmt::format("\"version\" is {}, this program reads {}", version, kVersion));
  }

  Origin origin() {
    Origin origin{.kind = text("kind"), .name = {}, .seed = 0, .parameters = {}};
    origin.name = text(origin.kind == "import" ? "source" : "preset");
    origin.seed = static_cast<std::uint64_t>(whole("seed", 0));
    const json parameters = object_.value("parameters", json::object());
    for (const auto& [name, value] : parameters.items()) {
      if (value.is_boolean()) origin.parameters[name] = value.get<bool>();
      if (value.is_number_integer()) origin.parameters[name] = value.get<std::int64_t>();
      if (value.is_number_float()) origin.parameters[name] = value.get<double>();
      if (value.is_string()) origin.parameters[name] = value.get<std::string>();
    }
    return origin;
  }

  SessionRules rules() {
    SessionRules rules;
    rules.session_budget = static_cast<int>(whole("session_budget", 1, kMostOfRule));
    rules.interest_neighbours = static_cast<int>(whole("interest_neighbours", 1, kMostOfRule));
    const json* const discount = files::member(object_, "artist_discount_gamma");
    if (discount && discount->is_number() && discount->get<double>() >= 0 && discount->get<double>() <= 1) {
      rules.artist_discount = discount->get<double>();
    } else {
      fault("\"artist_discount_gamma\" is missing or outside 0..1");
    }
    return rules;
  }

  void expect_size(const char* key, std::size_t found, const char* file) {
    const auto stated = static_cast<std::size_t>(whole(key, 1));
    if (stated != found) fault(fmt::format("\"{}\" is {}, but {} has {}", key, stated, file, found));
  }

 private:
  void fault(std::string message) { faults_.add(0, std::move(message)); }

  std::string text(const char* key) {
    const json* const value = files::member(object_, key);
    if (value && value->is_string()) return value->get<std::string>();
    fault(fmt::format("\"{}\" is missing or no text", key));
    return {};
  }

  std::int64_t whole(const char* key, std::int64_t least, std::int64_t most = 1'000'000'000'000) {
    const json* const value = files::member(object_, key);
    const bool seed = std::string_view(key) == "seed";
    if (value && value->is_number_integer() && (seed || value->get<std::int64_t>() >= least) &&
        (seed || value->get<std::int64_t>() <= most)) {
      return value->get<std::int64_t>();
    }
    fault(fmt::format("\"{}\" is missing or no whole number from {} on", key, least));
    return least;
  }

  files::FileFaults& faults_;
  json object_;
};

std::ofstream open_to_write(const fs::path& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) throw Error::internal(file.string() + ": cannot be written");
  return out;
}

void close(std::ofstream& out, const fs::path& file) {
  out.close();
  if (!out) throw Error::internal(file.string() + ": cannot be written");
}

void write_tracks(const fs::path& file, const recommenders::Catalogue& catalogue) {
  std::ofstream out = open_to_write(file);
  for (const recommenders::Track& track : catalogue.tracks()) {
    ordered_json line = {{"track", track.id.value},
                         {"artist", catalogue.artist_of(track.id)},
                         {"title", track.title},
                         {"genres", track.genres},
                         {"pop", track.popularity}};
    if (!track.recommendations.empty()) {
      ordered_json& similar = line["recommendations"] = ordered_json::array();
      for (const TrackId other : track.recommendations) similar.push_back(other.value);
    }
    out << line.dump() << '\n';
  }
  close(out, file);
}

// The content of a file, plain or gzip, as a plain one.
void copy_text(const fs::path& from, const fs::path& to) {
  std::ofstream out = open_to_write(to);
  files::BlockReader blocks(from);
  std::string block;
  while (blocks.append_to(block)) {
    out << block;
    block.clear();
  }
  close(out, to);
}

void write_world_file(const fs::path& file, const World& world) {
  ordered_json parameters = ordered_json::object();
  for (const auto& parameter : world.origin.parameters) {
    std::visit([&](const auto& known) { parameters[parameter.first] = known; }, parameter.second);
  }
  const ordered_json object = {{"format", kFormat},
                               {"version", kVersion},
                               {"kind", world.origin.kind},
                               {world.origin.kind == "import" ? "source" : "preset", world.origin.name},
                               {"seed", world.origin.seed},
                               {"parameters", std::move(parameters)},
                               {"tracks", world.catalogue.size()},
                               {"artists", world.catalogue.artists()},
                               {"dimensions", world.embeddings.columns},
                               {"listeners", world.listeners.size()},
                               {"session_budget", world.rules.session_budget},
                               {"interest_neighbours", world.rules.interest_neighbours},
                               {"artist_discount_gamma", world.rules.artist_discount}};
  std::ofstream out = open_to_write(file);
  out << object.dump(2) << '\n';
  close(out, file);
}

}  // namespace

std::string kind_of_world(const fs::path& directory) {
  if (!fs::exists(directory / kWorld)) return "";
  files::FileFaults faults(directory / kWorld);
  WorldFile file(directory / kWorld, faults);
  file.check_format();
  return faults.empty() ? file.origin().kind : "";
}

recommenders::Catalogue read_catalogue(const fs::path& directory) {
  if (!fs::exists(directory / kTracks)) check_directory(directory);
  return recommenders::Catalogue::read(directory / kTracks);
}

World World::read(const fs::path& directory) {
  check_directory(directory);
  files::FileFaults faults(directory / kWorld);
  WorldFile file(directory / kWorld, faults);
  file.check_format();
  faults.throw_if_any();
  World world{.origin = file.origin(),
              .rules = file.rules(),
              .catalogue = recommenders::Catalogue::read(directory / kTracks),
              .embeddings = files::read_npy(directory / kEmbeddings),
              .listeners = {}};
  world.listeners = read_listeners(directory / kUsers, world.catalogue.size());
  file.expect_size("tracks", world.catalogue.size(), kTracks);
  file.expect_size("tracks", world.embeddings.rows, kEmbeddings);
  file.expect_size("artists", world.catalogue.artists(), kTracks);
  file.expect_size("dimensions", world.embeddings.columns, kEmbeddings);
  file.expect_size("listeners", world.listeners.size(), kUsers);
  faults.throw_if_any();
  files::Checksum checksum;
  for (const char* const name : {kWorld, kTracks, kEmbeddings, kUsers}) files::add_file(checksum, directory / name);
  world.checksum = checksum.text();
  return world;
}

void World::write(const fs::path& directory, const fs::path& tracks) const {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!fs::is_directory(directory)) throw Error::user(directory.string() + ": cannot be made a directory");
  if (!fs::exists(directory / kWorld) && !fs::is_empty(directory)) {
    throw Error::user(directory.string() + ": holds files and no world; want a new or an empty directory");
  }
  // world.json comes last: a directory without it is no world, whatever became of the rest.
  fs::remove(directory / kWorld);
  if (tracks.empty()) {
    write_tracks(directory / kTracks, catalogue);
  } else {
    copy_text(tracks, directory / kTracks);
  }
  files::write_npy(directory / kEmbeddings, embeddings);
  write_listeners(directory / kUsers, listeners);
  write_world_file(directory / kWorld, *this);
}

}  // namespace crossfade::simulator
