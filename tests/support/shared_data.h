#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "tests/support/source_directory.h"

namespace crossfade {

// A file or directory of the data that is not part of the repository: below CROSSFADE_DATA, or beside the source tree.
// Where it is missing: a failure under CI=true, otherwise a warning and "".
inline std::filesystem::path shared_data(std::string_view name) {
  const char* const given = std::getenv("CROSSFADE_DATA");
  const std::filesystem::path root =
      given != nullptr ? std::filesystem::path(given) : source_directory() / ".." / "shared" / "data";
  std::filesystem::path found = root / name;
  if (std::filesystem::exists(found)) return found;
  const char* const ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") FAIL(found.string() + " is missing");
  WARN("skipped: " + found.string() + " is missing");
  return {};
}

}  // namespace crossfade
