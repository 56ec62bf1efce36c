#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "platform/core/ids.h"

namespace crossfade::recommenders {

// The public facts of a track: what a service may show and a recommender may know.
struct Track {
  TrackId id;
  std::uint32_t artist = 0;  // index into Catalogue::artist
  std::string title;
  std::vector<std::string> genres;
  double popularity = 0;                 // "pop": any scale, larger is more popular; 0 where the file has none
  std::vector<TrackId> recommendations;  // the similar tracks that the file names, best first; often none
};

// The tracks of a world, ids 0 .. size() - 1. Immutable, hence thread-safe.
class Catalogue {
 public:
  // `tracks[i].id.value == i` and `tracks[i].artist < artists.size()`, else Error (internal).
  Catalogue(std::vector<Track> tracks, std::vector<std::string> artists);

  // Reads tracks.json of the course's form: JSON lines
  // {"track","artist","title","genre"|"genres","pop","recommendations"}, ids 0..T-1 without gaps in any order. Plain or
  // gzip. Throws Error with the bad lines as FileFaults lists them.
  static Catalogue read(const std::filesystem::path& file);

  std::size_t size() const { return tracks_.size(); }
  bool contains(TrackId track) const { return track.value < tracks_.size(); }
  // The track must be contained.
  const Track& track(TrackId track) const { return tracks_[track.value]; }
  const std::string& artist_of(TrackId track) const { return artists_[tracks_[track.value].artist]; }
  std::span<const TrackId> tracks_of_artist(std::uint32_t artist) const;
  std::span<const Track> tracks() const { return tracks_; }
  std::size_t artists() const { return artists_.size(); }
  // All tracks, the most popular first, ties by id.
  std::vector<TrackId> by_popularity() const;
  // Of the file that it was read from; "" of one that was made otherwise.
  const std::string& checksum() const { return checksum_; }

 private:
  std::vector<Track> tracks_;
  std::vector<std::string> artists_;
  std::vector<std::size_t> first_of_artist_;  // into tracks_by_artist_, one more than there are artists
  std::vector<TrackId> tracks_by_artist_;
  std::string checksum_;
};

}  // namespace crossfade::recommenders
