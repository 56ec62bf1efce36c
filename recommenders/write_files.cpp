#include <nlohmann/json.hpp>
#include <string>

#include "platform/files/new_file.h"
#include "recommenders/files.h"

namespace crossfade::recommenders {

namespace {

std::string array_of(std::span<const TrackId> tracks) {
  std::string text = "[";
  for (const TrackId track : tracks) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(track.value);
  }
  return text + "]";
}

// Decimal units as numbers, as the course writes them.
std::string unit_text(const UnitId& unit) {
  const bool digits =
      !unit.value.empty() && unit.value.size() <= 18 && unit.value.find_first_not_of("0123456789") == std::string::npos;
  const bool canonical = digits && (unit.value.size() == 1 || unit.value[0] != '0');
  return canonical ? unit.value : nlohmann::json(unit.value).dump();
}

}  // namespace

void write_user_lists(const std::filesystem::path& file, const UserLists& lists) {
  files::NewFile out(file);
  for (const UnitId& unit : lists.units()) {
    const auto tracks = lists.of(unit);
    if (!tracks.empty()) out.write("{\"user\": " + unit_text(unit) + ", \"tracks\": " + array_of(tracks) + "}\n");
  }
  out.commit();
}

void write_track_lists(const std::filesystem::path& file, const TrackRows& rows) {
  files::NewFile out(file);
  for (std::size_t track = 0; track < rows.size(); ++track) {
    if (rows[track].empty()) continue;
    out.write("{\"item_id\": " + std::to_string(track) + ", \"recommendations\": " + array_of(rows[track]) + "}\n");
  }
  out.commit();
}

void write_top_tracks(const std::filesystem::path& file, std::span<const TrackId> tracks) {
  files::NewFile out(file);
  out.write(array_of(tracks) + "\n");
  out.commit();
}

}  // namespace crossfade::recommenders
