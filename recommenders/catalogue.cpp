#include "recommenders/catalogue.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "platform/core/error.h"
#include "platform/files/checksum.h"
#include "platform/files/file_faults.h"
#include "platform/files/json_lines.h"

namespace crossfade::recommenders {

Catalogue::Catalogue(std::vector<Track> tracks, std::vector<std::string> artists)
    : tracks_(std::move(tracks)), artists_(std::move(artists)), first_of_artist_(artists_.size() + 1) {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (tracks_[i].id.value != i) throw Error::internal("catalogue: track " + std::to_string(i) + " is not at its id");
    if (tracks_[i].artist >= artists_.size()) {
      throw Error::internal("catalogue: track " + std::to_string(i) + " has no artist");
    }
    ++first_of_artist_[tracks_[i].artist + 1];
  }
  for (std::size_t artist = 0; artist < artists_.size(); ++artist) {
    first_of_artist_[artist + 1] += first_of_artist_[artist];
  }
  std::vector<std::size_t> next(first_of_artist_.begin(), first_of_artist_.end() - 1);
  tracks_by_artist_.resize(tracks_.size());
  for (const Track& track : tracks_) tracks_by_artist_[next[track.artist]++] = track.id;
}

std::span<const TrackId> Catalogue::tracks_of_artist(std::uint32_t artist) const {
  const std::size_t begin = first_of_artist_[artist];
  return std::span(tracks_by_artist_).subspan(begin, first_of_artist_[artist + 1] - begin);
}

std::vector<TrackId> Catalogue::by_popularity() const {
  std::vector<TrackId> ids;
  ids.reserve(tracks_.size());
  for (const Track& track : tracks_) ids.push_back(track.id);
  std::stable_sort(ids.begin(), ids.end(),
                   [this](TrackId a, TrackId b) { return tracks_[a.value].popularity > tracks_[b.value].popularity; });
  return ids;
}

namespace {

using nlohmann::json;

// One line of tracks.json: nothing in it has been compared with other lines yet.
struct Line {
  std::size_t number = 0;
  std::string artist;
  Track track;
};

bool is_track_id(const json& value) {
  return value.is_number_unsigned() && value.get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max();
}

// Reads the members of one object; each that is missing or of the wrong type becomes a fault.
class LineParser {
 public:
  LineParser(json& object, std::size_t line, files::FileFaults& faults)
      : object_(object), line_(line), faults_(faults) {}

  Line read() {
    Line line{.number = line_, .artist = text("artist"), .track = {}};
    line.track.id = id();
    line.track.title = text("title");
    line.track.genres = genres();
    line.track.popularity = popularity();
    line.track.recommendations = recommendations();
    return line;
  }
  bool sound() const { return sound_; }

 private:
  void fault(std::string message) {
    faults_.add(line_, std::move(message));
    sound_ = false;
  }
  void wrong(const char* key, const json& value, const char* want) {
    fault("\"" + std::string(key) + "\" is " + files::shown(value) + ", want " + want);
  }
  json* required(const char* key) {
    json* const value = files::member(object_, key);
    if (!value) fault("\"" + std::string(key) + "\" is missing");
    return value;
  }

  TrackId id() {
    const json* const value = required("track");
    if (!value) return {};
    if (!is_track_id(*value)) {
      wrong("track", *value, "a whole number from 0 on");
      return {};
    }
    return {value->get<std::uint32_t>()};
  }

  std::string text(const char* key) {
    json* const value = required(key);
    if (!value) return {};
    if (!value->is_string()) {
      wrong(key, *value, "a text");
      return {};
    }
    return std::move(value->get_ref<std::string&>());
  }

  // The course wrote "genre" in some years and "genres" in others, a text or a list of texts, or of numbers, which
  // stand for their decimal texts.
  std::vector<std::string> genres() {
    std::vector<std::string> all;
    for (const char* const key : {"genre", "genres"}) {
      json* const value = files::member(object_, key);
      if (!value || value->is_null()) continue;
      const auto is_genre = [](const json& one) { return one.is_string() || one.is_number_integer(); };
      const auto take = [&all](json& one) {
        all.push_back(one.is_string() ? std::move(one.get_ref<std::string&>()) : one.dump());
      };
      if (is_genre(*value)) {
        take(*value);
      } else if (value->is_array() && std::ranges::all_of(*value, is_genre)) {
        for (json& one : *value) take(one);
      } else {
        wrong(key, *value, "a text, a whole number or a list of them");
      }
    }
    return all;
  }

  double popularity() {
    const json* const value = files::member(object_, "pop");
    if (!value || value->is_null()) return 0;
    if (value->is_number()) return value->get<double>();
    wrong("pop", *value, "a number");
    return 0;
  }

  std::vector<TrackId> recommendations() {
    const json* const value = files::member(object_, "recommendations");
    if (!value || value->is_null()) return {};
    if (!value->is_array() || !std::ranges::all_of(*value, is_track_id)) {
      wrong("recommendations", *value, "a list of tracks");
      return {};
    }
    std::vector<TrackId> all;
    all.reserve(value->size());
    for (const json& one : *value) all.push_back({one.get<std::uint32_t>()});
    return all;
  }

  json& object_;
  std::size_t line_;
  files::FileFaults& faults_;
  bool sound_ = true;
};

// What can only be told when all lines are known: ids 0 .. T-1, each once, and recommendations among them.
void check_ids(const std::vector<Line>& lines, std::size_t tracks, files::FileFaults& faults) {
  const std::string of_tracks = " (" + std::to_string(tracks) + (tracks == 1 ? " track" : " tracks");
  std::vector<std::size_t> line_of(tracks, 0);
  for (const Line& line : lines) {
    const std::uint32_t id = line.track.id.value;
    if (id >= tracks) {
      faults.add(line.number, "track " + std::to_string(id) + " is outside 0.." + std::to_string(tracks - 1) +
                                  of_tracks + ", whose ids run without gaps)");
    } else if (line_of[id] > 0) {
      faults.add(line.number,
                 "track " + std::to_string(id) + " is already described in line " + std::to_string(line_of[id]));
    } else {
      line_of[id] = line.number;
    }
    const auto& similar = line.track.recommendations;
    const auto unknown = std::ranges::find_if(similar, [&](TrackId track) { return track.value >= tracks; });
    if (unknown != similar.end()) {
      faults.add(line.number, "\"recommendations\" names track " + std::to_string(unknown->value) +
                                  ", which the catalogue lacks" + of_tracks + ")");
    }
  }
}

}  // namespace

Catalogue Catalogue::read(const std::filesystem::path& file) {
  files::FileFaults faults(file);
  std::vector<Line> lines;
  files::for_each_json_object(file, faults, [&](json& object, std::size_t number) {
    LineParser parser(object, number, faults);
    Line line = parser.read();
    if (parser.sound()) lines.push_back(std::move(line));
  });
  // With lines left out, the number of tracks is not known, and every later id would look wrong.
  if (faults.empty()) check_ids(lines, lines.size(), faults);
  if (faults.empty() && lines.empty()) faults.add(0, "no tracks, want at least one");
  faults.throw_if_any();

  std::vector<Track> tracks(lines.size());
  std::vector<std::string*> artist_of(lines.size());
  for (Line& line : lines) {
    artist_of[line.track.id.value] = &line.artist;
    tracks[line.track.id.value] = std::move(line.track);
  }
  // Numbered by the first of their tracks, whatever the order of the lines.
  std::vector<std::string> artists;
  std::unordered_map<std::string, std::uint32_t> index;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const auto [found, is_new] = index.try_emplace(*artist_of[i], static_cast<std::uint32_t>(artists.size()));
    if (is_new) artists.push_back(*artist_of[i]);
    tracks[i].artist = found->second;
  }
  Catalogue catalogue(std::move(tracks), std::move(artists));
  catalogue.checksum_ = files::checksum_of(file);
  return catalogue;
}

}  // namespace crossfade::recommenders
