#include "recommenders/files.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "platform/core/error.h"
#include "platform/files/file_faults.h"
#include "platform/files/json_lines.h"

namespace crossfade::recommenders {

void TrackRows::add(std::span<const TrackId> row) {
  tracks_.insert(tracks_.end(), row.begin(), row.end());
  first_.push_back(tracks_.size());
}

bool UserLists::add(const UnitId& unit, std::span<const TrackId> tracks) {
  if (!row_of_.try_emplace(unit, static_cast<std::uint32_t>(rows_.size())).second) return false;
  units_.push_back(unit);
  rows_.add(tracks);
  return true;
}

std::span<const TrackId> UserLists::of(const UnitId& unit) const {
  const auto found = row_of_.find(unit);
  return found == row_of_.end() ? std::span<const TrackId>{} : rows_[found->second];
}

namespace {

using nlohmann::json;

std::string in_catalogue(const Catalogue& catalogue) {
  return "the catalogue of " + std::to_string(catalogue.size()) + (catalogue.size() == 1 ? " track" : " tracks");
}

// Reads lists of tracks of one file, and remembers what it needs to notice a track that is there twice.
class ListReader {
 public:
  ListReader(const Catalogue& catalogue, files::FileFaults& faults)
      : catalogue_(catalogue), faults_(faults), last_list_(catalogue.size(), 0) {}

  // The tracks of `value`, which `name` is called in messages; nothing, with a fault, when something is wrong with it.
  std::optional<std::vector<TrackId>> read(const json& value, const std::string& name, std::size_t line) {
    if (!value.is_array()) {
      faults_.add(line, name + " is " + files::shown(value) + ", want a list of tracks");
      return std::nullopt;
    }
    ++list_;
    std::vector<TrackId> tracks;
    tracks.reserve(value.size());
    std::vector<std::uint64_t> unknown;
    for (const json& one : value) {
      if (!one.is_number_unsigned()) {
        faults_.add(line, name + " holds " + files::shown(one) + ", want tracks: whole numbers from 0 on");
        return std::nullopt;
      }
      const auto id = one.get<std::uint64_t>();
      if (id >= catalogue_.size()) {
        unknown.push_back(id);
      } else if (std::exchange(last_list_[id], list_) == list_) {
        faults_.add(line, name + " holds track " + std::to_string(id) + " twice, want each track once");
        return std::nullopt;
      } else {
        tracks.push_back({static_cast<std::uint32_t>(id)});
      }
    }
    if (unknown.empty()) return tracks;
    faults_.add(line, std::to_string(unknown.size()) + " of " + std::to_string(value.size()) + " tracks of " + name +
                          (unknown.size() == 1 ? " is" : " are") + " not in " + in_catalogue(catalogue_) +
                          ", the first is " + std::to_string(unknown.front()));
    return std::nullopt;
  }

 private:
  const Catalogue& catalogue_;
  files::FileFaults& faults_;
  std::vector<std::size_t> last_list_;  // by track: number of the last list that held it
  std::size_t list_ = 0;
};

// A unit is a text; numbers stand for their decimal form.
std::optional<UnitId> unit_of(const json& value) {
  if (value.is_string()) return UnitId{value.get<std::string>()};
  if (value.is_number_unsigned()) return UnitId{std::to_string(value.get<std::uint64_t>())};
  if (value.is_number_integer()) return UnitId{std::to_string(value.get<std::int64_t>())};
  return std::nullopt;
}

}  // namespace

std::filesystem::path world_file(const std::filesystem::path& data, const std::string& name, bool allow_outside) {
  const std::filesystem::path file = data / name;
  const auto refuse = [&file](const std::string& what) { throw Error::user(file.string() + ": " + what); };
  std::error_code unknown;
  if (!allow_outside) {
    const std::filesystem::path inside =
        std::filesystem::weakly_canonical(file, unknown)
            .lexically_relative(std::filesystem::weakly_canonical(data.empty() ? "." : data, unknown));
    if (unknown || inside.empty() || inside.is_absolute() || *inside.begin() == "..") {
      refuse("lies outside the world's directory, want it below (or --allow-outside)");
    }
  }
  const auto status = std::filesystem::status(file, unknown);
  if (!std::filesystem::exists(status)) return file;  // whoever opens it says so
  if (!std::filesystem::is_regular_file(status)) refuse("is no regular file, want one");
  const std::uintmax_t size = std::filesystem::file_size(file, unknown);
  if (!unknown && size > kLargestFile) {
    refuse("has " + std::to_string(size) + " bytes, want at most " + std::to_string(kLargestFile));
  }
  return file;
}

UserLists read_user_lists(const std::filesystem::path& file, const Catalogue& catalogue) {
  files::FileFaults faults(file);
  ListReader lists(catalogue, faults);
  UserLists all;
  files::for_each_json_object(file, faults, [&](json& object, std::size_t line) {
    const json* const user = files::member(object, "user");
    const json* const tracks = files::member(object, "tracks");
    if (!user) faults.add(line, "\"user\" is missing");
    if (!tracks) faults.add(line, "\"tracks\" is missing");
    if (!user || !tracks) return;
    const std::optional<UnitId> unit = unit_of(*user);
    if (!unit) faults.add(line, "\"user\" is " + files::shown(*user) + ", want a whole number or a text");
    const auto list = lists.read(*tracks, "\"tracks\"", line);
    if (unit && list && !all.add(*unit, *list)) {
      faults.add(line, "user " + unit->value + " has a list already, want one line a user");
    }
  });
  if (faults.empty() && all.size() == 0) faults.add(0, "no lists, want at least one");
  faults.throw_if_any();
  return all;
}

TrackRows read_track_lists(const std::filesystem::path& file, const Catalogue& catalogue) {
  files::FileFaults faults(file);
  ListReader lists(catalogue, faults);
  std::vector<std::optional<std::vector<TrackId>>> list_of(catalogue.size());
  bool any = false;
  files::for_each_json_object(file, faults, [&](json& object, std::size_t line) {
    const json* track = files::member(object, "item_id");
    if (!track) track = files::member(object, "track");
    const json* const similar = files::member(object, "recommendations");
    if (!track) faults.add(line, "\"item_id\" (or \"track\") is missing");
    if (!similar) faults.add(line, "\"recommendations\" is missing");
    if (!track || !similar) return;
    any = true;
    auto list = lists.read(*similar, "\"recommendations\"", line);
    if (!track->is_number_unsigned()) {
      faults.add(line, "the track is " + files::shown(*track) + ", want a whole number from 0 on");
      return;
    }
    const auto id = track->get<std::uint64_t>();
    if (id >= catalogue.size()) {
      faults.add(line, "track " + std::to_string(id) + " is not in " + in_catalogue(catalogue));
    } else if (list_of[id]) {
      faults.add(line, "track " + std::to_string(id) + " has a list already, want one line a track");
    } else {
      list_of[id] = std::move(list);
    }
  });
  if (faults.empty() && !any) faults.add(0, "no lists, want at least one");
  faults.throw_if_any();
  TrackRows rows;
  for (const auto& list : list_of) rows.add(list ? std::span<const TrackId>(*list) : std::span<const TrackId>{});
  return rows;
}

std::vector<TrackId> read_top_tracks(const std::filesystem::path& file, const Catalogue& catalogue) {
  files::FileFaults faults(file);
  const json value = files::read_json(file, faults);
  faults.throw_if_any();
  ListReader lists(catalogue, faults);
  auto tracks = lists.read(value, "the file", 0);
  if (tracks && tracks->empty()) faults.add(0, "no tracks, want at least one");
  faults.throw_if_any();
  return std::move(*tracks);
}

}  // namespace crossfade::recommenders
