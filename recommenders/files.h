#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/core/ids.h"
#include "recommenders/catalogue.h"

// The files that recommenders serve from, in the forms of the course: JSON Lines (top tracks: one array), plain or
// gzip. Whatever is read is checked against the catalogue. Every reader throws Error with what is wrong, as FileFaults
// lists it: no JSON, a member of the wrong type, a list that is there twice, a track twice in a list, a track that the
// catalogue lacks. Members that are not named here are passed over.
namespace crossfade::recommenders {

// Rows of tracks in one array (compressed sparse rows): what was added cannot be changed.
class TrackRows {
 public:
  TrackRows() : first_{0} {}

  void add(std::span<const TrackId> row);
  std::size_t size() const { return first_.size() - 1; }
  std::span<const TrackId> operator[](std::size_t row) const {
    return std::span(tracks_).subspan(first_[row], first_[row + 1] - first_[row]);
  }

 private:
  std::vector<TrackId> tracks_;
  std::vector<std::size_t> first_;  // into tracks_, one more than there are rows
};

// A list for some of the units, best first.
class UserLists {
 public:
  // False, and nothing is added, when the unit has a list already.
  bool add(const UnitId& unit, std::span<const TrackId> tracks);
  std::size_t size() const { return rows_.size(); }
  // Empty for a unit without a list.
  std::span<const TrackId> of(const UnitId& unit) const;
  // In the order in which they were added.
  const std::vector<UnitId>& units() const { return units_; }

 private:
  std::unordered_map<UnitId, std::uint32_t> row_of_;
  std::vector<UnitId> units_;
  TrackRows rows_;
};

// The largest file that a recommender may name, in bytes; gzip may hold more (files::BlockReader).
inline constexpr std::uintmax_t kLargestFile = std::uintmax_t{1} << 30;

// Where the file `name` of a configuration is: below the world's directory `data`, wherever links lead, unless
// `allow_outside`. A configuration may come from others: what it names must not be a device, a pipe, or any file of the
// machine. Throws Error (user) otherwise, and where it is no regular file of at most kLargestFile.
std::filesystem::path world_file(const std::filesystem::path& data, const std::string& name, bool allow_outside);

// Lines {"user": 7 or "7", "tracks": [...]}.
UserLists read_user_lists(const std::filesystem::path& file, const Catalogue& catalogue);

// Lines {"item_id" or "track": 42, "recommendations": [...]}. A row for each track of the catalogue, empty where the
// file has none.
TrackRows read_track_lists(const std::filesystem::path& file, const Catalogue& catalogue);

// One array of tracks, best first.
std::vector<TrackId> read_top_tracks(const std::filesystem::path& file, const Catalogue& catalogue);

// The same forms, written; empty lists are left out. A file of that name is replaced once the new one is whole. Throws
// Error when it cannot be written.
void write_user_lists(const std::filesystem::path& file, const UserLists& lists);
void write_track_lists(const std::filesystem::path& file, const TrackRows& rows);
void write_top_tracks(const std::filesystem::path& file, std::span<const TrackId> tracks);

}  // namespace crossfade::recommenders
