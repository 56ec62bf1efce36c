#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "recommenders/catalogue.h"
#include "recommenders/recommender.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders::test {

// A directory of its own that is gone when the test ends.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file of that name and returns its path.
  std::filesystem::path write(const std::string& name, const std::string& text) const;
  std::filesystem::path write_gzip(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

// 10 tracks: artist 0 has 0..3, artist 1 has 4..6, artist 2 has 7 and 8, artist 3 has 9 only. Popularity falls with the
// id. Each track names as similar the two behind it, round the end; track 5 names none.
Catalogue small_catalogue();

// Tracks without popularity and similar tracks, ten to an artist.
Catalogue plain_catalogue(std::size_t tracks);

std::vector<TrackId> ids(std::initializer_list<std::uint32_t> values);

// what() of the Error that `call` throws; "" when it throws none.
template <typename Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// A directory of the shared data sets. Without it: a failure where CI=true, else nothing, and the test says that it was
// left out.
std::optional<std::filesystem::path> shared_data(const std::string& name);

}  // namespace crossfade::recommenders::test
