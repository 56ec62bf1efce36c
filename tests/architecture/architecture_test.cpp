// The table of rooms is a test, and so is its power to find what breaks it.
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/architecture/include_rules.h"
#include "tests/platform/storage/temporary_directory.h"

using namespace crossfade::architecture;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> broken_in(const Files& files, const Rules& rules) {
  const TemporaryDirectory tree;
  for (const auto& [path, text] : files) {
    std::filesystem::create_directories((tree.path() / path).parent_path());
    std::ofstream(tree.path() / path) << text;
  }
  return broken_rules(tree.path(), rules);
}

std::vector<std::string> broken_in(const Files& files) {
  return broken_in(files, crossfade_rules());
}

}  // namespace

TEST_CASE("architecture: every include is one that the table of rooms allows", "[architecture]") {
  for (const std::string& one : broken_rules(CROSSFADE_SOURCE_DIR, crossfade_rules())) FAIL_CHECK(one);
}

TEST_CASE("architecture: every room of the table is there, with files that were read", "[architecture]") {
  // The test above must not pass by reading nothing.
  Rules rules = crossfade_rules();
  for (Room& room : rules.rooms) {
    INFO(room.path);
    CHECK(std::filesystem::is_directory(std::filesystem::path(CROSSFADE_SOURCE_DIR) / room.path));
    room.rooms.clear();
  }
  rules.longest = 5;
  CHECK(broken_rules(CROSSFADE_SOURCE_DIR, rules).size() > 200);
}

TEST_CASE("architecture: what a room may include is found right", "[architecture]") {
  CHECK(
      broken_in({{"platform/core/ids.h", "#pragma once\n#include <string>\n"},
                 {"platform/stats/moments.h", "#include <boost/math/a.hpp>\n"},
                 {"platform/storage/store.h",
                  "#include \"platform/core/ids.h\"\n"
                  "#include \"platform/stats/moments.h\"\n#include <sqlite3.h>\n"},
                 {"recommenders/catalogue.h", "#include \"platform/core/ids.h\"\n"},
                 {"simulator/world.cpp", "#include \"recommenders/catalogue.h\"\n"},
                 {"tests/any.cpp", "#include \"simulator/world.cpp\"\n#include <CLI/CLI.hpp>\n#include \"beside.h\"\n"},
                 {"web/node_modules/x/a.h", "#include \"what.h\"\n"},
                 {"platform/cli/main.cpp", "#include <CLI/CLI.hpp>\n#include \"recommenders/catalogue.h\"\n"}})
          .empty());
}

TEST_CASE("architecture: a forbidden include is named with file, line and rule", "[architecture]") {
  CHECK(broken_in({{"platform/core/ids.h", ""},
                   {"platform/stats/moments.h", "#pragma once\n\n  #  include \"platform/core/ids.h\"\n"},
                   {"platform/stats/welch.h", ""},
                   {"platform/storage/store.cpp", "#include \"platform/stats/welch.h\"\n"},
                   {"platform/statistics/other.h", ""},
                   {"recommenders/cheat.cpp", "// \n#include <simulator/world.h>\n"},
                   {"recommenders/registry.h", ""},
                   {"simulator/world.h", "#include \"recommenders/registry.h\"\n"}}) ==
        std::vector<std::string>{
            "platform/stats/moments.h:3: includes platform/core/ids.h; platform/stats may include nothing of ours",
            "platform/storage/store.cpp:1: includes platform/stats/welch.h; platform/storage may include "
            "platform/core, platform/stats/moments.h, platform/stats/co_moments.h, platform/stats/linear_quantile.h",
            "recommenders/cheat.cpp:2: includes simulator/world.h; recommenders may include platform/core",
            "simulator/world.h:1: includes recommenders/registry.h; simulator may include platform/core, "
            "recommenders/catalogue.h, recommenders/json_lines.h"});
}

TEST_CASE("architecture: a library stays in the room that owns it", "[architecture]") {
  CHECK(broken_in({{"platform/config/load.cpp", "#include <yaml-cpp/yaml.h>\n"},
                   {"platform/server/server.cpp", "#include <httplib.h>\n#include <sqlite3.h>\n"},
                   {"simulator/draw.cpp", "#include <boost/random/a.hpp>\n#include <boost/math/a.hpp>\n"}}) ==
        std::vector<std::string>{"platform/server/server.cpp:2: includes sqlite3.h, which only platform/storage may",
                                 "simulator/draw.cpp:2: includes boost/math/a.hpp, which only platform/stats may"});
}

TEST_CASE("architecture: includes are written from the root", "[architecture]") {
  CHECK(broken_in({{"web/assets.h", ""}, {"web/assets.cpp", "#include \"assets.h\"\n"}}) ==
        std::vector<std::string>{
            "web/assets.cpp:1: includes assets.h; there is no such file, want its path from the root"});
}

TEST_CASE("architecture: files that include one another are a circle", "[architecture]") {
  CHECK(broken_in({{"web/a.h", "#include \"web/b.h\"\n"},
                   {"web/b.h", "\n#include \"web/c.h\"\n"},
                   {"web/c.h", "#include <string>\n#include \"web/b.h\"\n"}}) ==
        std::vector<std::string>{"web/c.h:2: includes web/b.h, which closes a circle: web/b.h -> web/c.h -> web/b.h"});
}

TEST_CASE("architecture: rooms that may include one another are a circle", "[architecture]") {
  CHECK(broken_in({}, {.rooms = {{"a", {"b/x.h"}}, {"b", {"c"}}, {"c", {"a"}}, {"d", {}}, {"e", {"d"}}},
                       .owned = {},
                       .longest = 400,
                       .too_long = {}}) == std::vector<std::string>{"the table: a circle among a, b, c"});
}

TEST_CASE("architecture: files past the limit are named, and so are exceptions that nobody needs", "[architecture]") {
  Rules rules = crossfade_rules();
  rules.longest = 2;
  rules.too_long = {"web/long.h", "web/short.h", "web/gone.h"};
  CHECK(broken_in({{"web/long.h", "\n\n\n"}, {"web/other.h", "\n\n\n"}, {"web/short.h", "\n\n"}}, rules) ==
        std::vector<std::string>{"web/gone.h:0: may be longer than 2 lines and is not; want no exception for it",
                                 "web/other.h:3: has 3 lines; want at most 2: ask which two things it is",
                                 "web/short.h:0: may be longer than 2 lines and is not; want no exception for it"});
}
