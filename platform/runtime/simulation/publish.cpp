#include "platform/runtime/simulation/publish.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "platform/core/error.h"
#include "platform/files/checksum.h"
#include "platform/files/file_faults.h"
#include "platform/files/json_lines.h"
#include "platform/files/new_file.h"
#include "platform/import/botify_writer.h"
#include "recommenders/files.h"
#include "recommenders/manifest.h"
#include "recommenders/published.h"
#include "simulator/clients/dummy_client.h"
#include "simulator/listener/simulation.h"
#include "simulator/world/world.h"

namespace crossfade::runtime {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCatalogueFile = "tracks.json";
constexpr const char* kManifestEnd = ".manifest.json";

// Recommends random tracks, and writes down what was played.
class RecordingClient final : public simulator::Client {
 public:
  RecordingClient(std::size_t tracks, std::uint64_t seed, files::NewFile& out, std::int64_t& events)
      : random_(tracks, seed), out_(out), events_(events) {}

  TrackId next(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    const TrackId recommended = random_.next(unit, track, fraction, at);
    write({.unit = unit,
           .session = {},
           .track = track,
           .fraction = fraction,
           .recommended = Recommended{.track = recommended, .recommender = {}, .propensity = 1},
           .latency_ms = {},
           .at = at},
          false);
    return recommended;
  }
  void last(const UnitId& unit, TrackId track, double fraction, Timestamp at) override {
    write({.unit = unit,
           .session = {},
           .track = track,
           .fraction = fraction,
           .recommended = {},
           .latency_ms = {},
           .at = at},
          true);
  }

 private:
  void write(const Playback& playback, bool is_last) {
    text_.clear();
    imports::append_botify_line(text_, playback, is_last, "{}");
    out_.write(text_);
    ++events_;
  }

  simulator::DummyClient random_;
  files::NewFile& out_;
  std::int64_t& events_;
  std::string text_;
};

// Throws Error where a line has a member that lists do not have: whoever wrote it may have meant it for themselves.
void require_lists_only(const fs::path& file) {
  static const std::set<std::string, std::less<>> known = {"user", "tracks", "item_id", "track", "recommendations"};
  files::FileFaults faults(file);
  files::for_each_json_object(file, faults, [&](nlohmann::json& object, std::size_t line) {
    for (const auto& [key, value] : object.items()) {
      if (!known.contains(key)) faults.add(line, "\"" + key + "\" is no member of a list");
    }
  });
  faults.throw_if_any();
}

// Reads `file` as each kind of lists that there is. "": it is one; else why it is none.
std::string why_no_lists(const fs::path& file, const recommenders::Catalogue& catalogue) {
  if (!fs::is_regular_file(file)) return "no regular file";
  std::error_code unknown;
  if (fs::file_size(file, unknown) > recommenders::kLargestFile || unknown) return "too large";
  try {
    recommenders::read_top_tracks(file, catalogue);
    return "";
  } catch (const Error&) {  // lines, then
  }
  try {
    require_lists_only(file);
    recommenders::read_user_lists(file, catalogue);
    return "";
  } catch (const Error&) {
  }
  try {
    require_lists_only(file);
    recommenders::read_track_lists(file, catalogue);
    return "";
  } catch (const Error&) {
  }
  return "no lists of the catalogue's tracks";
}

bool is_of_the_truth(const std::string& name) {
  return name == "world.json" || name == "users.json" || name == "embeddings.npy";
}

void require_new_directory(const fs::path& directory, const fs::path& out) {
  std::error_code unknown;
  const auto inside = fs::weakly_canonical(out, unknown).lexically_relative(fs::weakly_canonical(directory, unknown));
  if (!inside.empty() && *inside.begin() != "..") {
    throw Error::user(out.string() + ": lies in the world's own directory, want it elsewhere");
  }
  if (!fs::exists(out)) return;
  if (!fs::is_directory(out)) throw Error::user(out.string() + ": is a file, want a new directory");
  if (!fs::is_empty(out)) throw Error::user(out.string() + ": holds files, want a new or an empty directory");
}

void copy_as_it_is(const fs::path& from, const fs::path& to) {
  std::error_code why;
  fs::copy_file(from, to, why);
  if (why) throw Error::internal(to.string() + ": cannot be written: " + why.message());
}

void copy_lists(const fs::path& directory, const fs::path& out, const recommenders::Catalogue& catalogue,
                Publication& done) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    if (name == kCatalogueFile || is_of_the_truth(name)) continue;
    if (name.ends_with(kManifestEnd) &&
        std::ranges::binary_search(names, name.substr(0, name.size() - std::string_view(kManifestEnd).size()))) {
      continue;  // goes with its lists
    }
    const std::string why = why_no_lists(directory / name, catalogue);
    if (!why.empty()) {
      done.left_out.push_back({name, why});
      continue;
    }
    copy_as_it_is(directory / name, out / name);
    done.lists.push_back(name);
    auto manifest = recommenders::read_manifest(directory / name);
    if (!manifest) continue;
    if (manifest->catalogue == catalogue.checksum()) manifest->catalogue = files::checksum_of(out / kCatalogueFile);
    recommenders::write_manifest(out / name, *manifest);
  }
}

void write_log(const simulator::World& world, const fs::path& out, const PublishOptions& options, Publication& done) {
  files::NewFile file(out / kPublishedLog);
  // One thread, so that the lines stand in an order that says nothing.
  const simulator::Summary summary = simulator::simulate(
      world, {.sessions = options.sessions, .days = options.days, .seed = options.seed, .threads = 1},
      [&](std::size_t) {
        return std::make_unique<RecordingClient>(world.catalogue.size(), options.seed, file, done.events);
      });
  file.commit();
  done.sessions = summary.sessions;
}

}  // namespace

Publication publish_world(const fs::path& directory, const fs::path& out, const PublishOptions& options) {
  const simulator::World world = simulator::World::read(directory);
  require_new_directory(directory, out);
  std::error_code why;
  fs::create_directories(out, why);
  if (!fs::is_directory(out)) throw Error::user(out.string() + ": cannot be made a directory");
  Publication done{.tracks = world.catalogue.size(), .lists = {}, .left_out = {}};
  // Those of presets and of data that everybody has follow from the seed alone.
  const bool from_files = world.origin.kind == "import" && world.origin.name == "course";
  done.seed_can_be_guessed = !from_files && world.origin.seed <= std::numeric_limits<std::uint32_t>::max();
  if (world.origin.kind == "preset") {
    files::NewFile tracks(out / kCatalogueFile);
    tracks.write(recommenders::published_tracks(world.catalogue));
    tracks.commit();
  } else {
    copy_as_it_is(directory / kCatalogueFile, out / kCatalogueFile);
  }
  copy_lists(directory, out, world.catalogue, done);
  write_log(world, out, options, done);
  return done;
}

}  // namespace crossfade::runtime
