#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/core/error.h"
#include "recommenders/files.h"

namespace crossfade::recommenders {

namespace {

// A file that appears under its name only when it is whole.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& file) : file_(file), part_(file.string() + ".part") {
    errno = 0;
    out_.open(part_, std::ios::binary | std::ios::trunc);
    if (!out_) throw Error::user(file_.string() + ": cannot be written: " + std::strerror(errno));
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    std::error_code ignored;
    if (!committed_) std::filesystem::remove(part_, ignored);
  }

  void write(const std::string& text) { out_ << text; }
  void commit() {
    errno = 0;
    out_.close();
    if (!out_) throw Error::internal(file_.string() + ": cannot be written: " + std::strerror(errno));
    std::filesystem::rename(part_, file_);
    committed_ = true;
  }

 private:
  std::filesystem::path file_;
  std::filesystem::path part_;
  std::ofstream out_;
  bool committed_ = false;
};

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
  NewFile out(file);
  for (const UnitId& unit : lists.units()) {
    const auto tracks = lists.of(unit);
    if (!tracks.empty()) out.write("{\"user\": " + unit_text(unit) + ", \"tracks\": " + array_of(tracks) + "}\n");
  }
  out.commit();
}

void write_track_lists(const std::filesystem::path& file, const TrackRows& rows) {
  NewFile out(file);
  for (std::size_t track = 0; track < rows.size(); ++track) {
    if (rows[track].empty()) continue;
    out.write("{\"item_id\": " + std::to_string(track) + ", \"recommendations\": " + array_of(rows[track]) + "}\n");
  }
  out.commit();
}

void write_top_tracks(const std::filesystem::path& file, std::span<const TrackId> tracks) {
  NewFile out(file);
  out.write(array_of(tracks) + "\n");
  out.commit();
}

}  // namespace crossfade::recommenders
