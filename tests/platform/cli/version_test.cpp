// `crossfade --version`, which reports of faults quote.
#include "platform/core/version.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using crossfade::test::run_program;

TEST_CASE("version: the program, its commit, its libraries and its licence, a line each", "[cli]") {
  const TemporaryDirectory directory;
  const auto outcome = run_program(directory.path(), "--version");
  CHECK(outcome.code == 0);
  std::vector<std::string> lines;
  std::istringstream text{outcome.text};
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "crossfade " CROSSFADE_VERSION ", commit " + std::string(version().commit));
  std::string built = "built with ";
  for (const LibraryVersion& library : version().libraries) {
    built +=
        std::string(built.ends_with(' ') ? "" : ", ") + std::string(library.name) + " " + std::string(library.version);
  }
  CHECK(lines[1] == built);
  for (const char* library : {"SQLite ", "SQLiteCpp ", "cpp-httplib ", "yaml-cpp ", "Boost ", "nlohmann-json ",
                              "CLI11 ", "fmt ", "RE2 ", "Eigen ", "zlib "}) {
    CHECK_THAT(lines[1], Catch::Contains(library));
  }
  CHECK(lines[2] == "licence Apache-2.0");
}

TEST_CASE("version: the commit is one, or said not to be known", "[cli]") {
  const std::string commit{version().commit};
  INFO(commit);
  // As git describes it: the abbreviated hash, behind the nearest tag where there is one, and whether files differ.
  std::string hash = commit;
  if (hash.ends_with("-dirty")) hash.resize(hash.size() - 6);
  if (const std::size_t tag = hash.rfind("-g"); tag != std::string::npos) hash.erase(0, tag + 2);
  const bool is_hash = hash.size() >= 7 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  const std::size_t first = commit.starts_with('v') ? 1 : 0;
  const bool is_tag = commit.size() > first && commit[first] >= '0' && commit[first] <= '9';
  CHECK((commit == "unknown" || is_hash || is_tag));
}

TEST_CASE("version: no version of a library is empty, and none is named twice", "[cli]") {
  std::vector<std::string_view> names;
  for (const LibraryVersion& library : version().libraries) {
    INFO(library.name);
    CHECK_FALSE(library.version.empty());
    CHECK(library.version.find_first_not_of("0123456789.") == std::string::npos);
    CHECK(std::ranges::find(names, library.name) == names.end());
    names.push_back(library.name);
  }
  CHECK(names.size() == 11);
}
