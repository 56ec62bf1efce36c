#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "platform/core/error.h"
#include "simulator/generate.h"

namespace crossfade::simulator::testing {

// A directory of this test's own, removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "crossfade-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path write_file(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A file or directory of the data that is not part of the repository: below CROSSFADE_DATA, or beside the source tree.
// Where it is missing: a failure under CI=true, otherwise a warning and "".
inline std::filesystem::path shared_data(std::string_view name) {
  const char* const given = std::getenv("CROSSFADE_DATA");
  const std::filesystem::path root = given != nullptr
                                         ? std::filesystem::path(given)
                                         : std::filesystem::path(CROSSFADE_SOURCE_DIR) / ".." / "shared" / "data";
  std::filesystem::path found = root / name;
  if (std::filesystem::exists(found)) return found;
  const char* const ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") FAIL(found.string() + " is missing");
  WARN("skipped: " + found.string() + " is missing");
  return {};
}

// The message of the Error that `action` throws; "" when it throws none.
template <typename Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// A world like course-2026, small enough for any build.
inline World small_world(std::uint64_t seed = 1) {
  Preset preset = find_preset("course-2026");
  preset.tracks = 600;
  preset.artists = 50;
  preset.dimensions = 12;
  preset.listeners = 80;
  return generate_world(preset, seed);
}

}  // namespace crossfade::simulator::testing
