#include "tests/recommenders/support.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace crossfade::recommenders::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "crossfade-recommenders-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return path_ / name;
}

std::filesystem::path TemporaryDirectory::write_gzip(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = path_ / name;
  gzFile out = gzopen(file.c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  return file;
}

Catalogue small_catalogue() {
  const std::vector<std::uint32_t> artist_of = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3};
  std::vector<Track> tracks;
  for (std::uint32_t id = 0; id < 10; ++id) {
    tracks.push_back({.id = {id},
                      .artist = artist_of[id],
                      .title = "track " + std::to_string(id),
                      .genres = {},
                      .popularity = 10.0 - id,
                      .recommendations = {}});
    if (id != 5) tracks.back().recommendations = ids({(id + 1) % 10, (id + 2) % 10});
  }
  return {std::move(tracks), {"a", "b", "c", "d"}};
}

Catalogue plain_catalogue(std::size_t tracks) {
  std::vector<Track> all(tracks);
  std::vector<std::string> artists;
  for (std::size_t i = 0; i < tracks; ++i) {
    if (i % 10 == 0) artists.push_back("artist " + std::to_string(i / 10));
    all[i].id = {static_cast<std::uint32_t>(i)};
    all[i].artist = static_cast<std::uint32_t>(i / 10);
  }
  return {std::move(all), std::move(artists)};
}

std::vector<TrackId> ids(std::initializer_list<std::uint32_t> values) {
  std::vector<TrackId> all;
  for (const std::uint32_t value : values) all.push_back({value});
  return all;
}

std::optional<std::filesystem::path> shared_data(const std::string& name) {
  const char* const given = getenv("CROSSFADE_DATA");
  const std::filesystem::path data = given ? given : CROSSFADE_SOURCE_DIR "/../shared/data";
  if (std::filesystem::exists(data / name)) return data / name;
  const char* const ci = getenv("CI");
  if (ci && std::string(ci) == "true") FAIL("no " << (data / name) << "; CROSSFADE_DATA names the directory of data");
  WARN("left out: no " << (data / name));
  return std::nullopt;
}

}  // namespace crossfade::recommenders::test
