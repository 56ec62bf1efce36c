// The table of rooms is a test, and so is its power to find what breaks it.
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/architecture/include_rules.h"
#include "tests/support/source_directory.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade::architecture;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> broken_in(const Files& files, const Rules& rules) {
  const crossfade::TemporaryDirectory tree;
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
  for (const std::string& one : broken_rules(crossfade::source_directory(), crossfade_rules())) FAIL_CHECK(one);
}

TEST_CASE("architecture: every room of the table is there, with files that were read", "[architecture]") {
  // The test above must not pass by reading nothing.
  Rules rules = crossfade_rules();
  for (Room& room : rules.rooms) {
    INFO(room.path);
    CHECK(std::filesystem::is_directory(crossfade::source_directory() / room.path));
    room.rooms.clear();
  }
  rules.longest = 5;
  CHECK(broken_rules(crossfade::source_directory(), rules).size() > 200);
}

TEST_CASE("architecture: what a room may include is found right", "[architecture]") {
  CHECK(broken_in({{"platform/core/ids.h", "#pragma once\n#include <string>\n"},
                   {"platform/stats/moments/moments.h", "#include <boost/math/a.hpp>\n"},
                   {"platform/storage/contract/store.h",
                    "#include \"platform/core/ids.h\"\n"
                    "#include \"platform/stats/moments/moments.h\"\n"},
                   {"platform/storage/sqlite/query/table.h",
                    "#include \"platform/storage/contract/store.h\"\n#include <sqlite3.h>\n"},
                   {"platform/storage/sqlite/store.h", "#include \"platform/storage/sqlite/query/table.h\"\n"},
                   {"recommenders/catalogue.h", "#include \"platform/core/ids.h\"\n"},
                   {"simulator/world/world.cpp", "#include \"recommenders/catalogue.h\"\n"},
                   {"tests/any.cpp",
                    "#include \"simulator/world/world.cpp\"\n#include <CLI/CLI.hpp>\n#include \"beside.h\"\n"},
                   {"web/node_modules/x/a.h", "#include \"what.h\"\n"},
                   {"platform/cli/main.cpp", "#include <CLI/CLI.hpp>\n#include \"recommenders/catalogue.h\"\n"}})
            .empty());
}

TEST_CASE("architecture: a forbidden include is named with file, line and rule", "[architecture]") {
  CHECK(broken_in({{"platform/core/ids.h", ""},
                   {"platform/stats/moments/moments.h", "#pragma once\n\n  #  include \"platform/core/ids.h\"\n"},
                   {"platform/stats/means/welch.h", ""},
                   {"platform/storage/contract/store.cpp", "#include \"platform/stats/means/welch.h\"\n"},
                   {"recommenders/cheat.cpp", "// \n#include <simulator/world/world.h>\n"},
                   {"recommenders/registry.h", ""},
                   {"simulator/world/world.h", "#include \"recommenders/registry.h\"\n"}}) ==
        std::vector<std::string>{
            "platform/stats/moments/moments.h:3: includes platform/core/ids.h; platform/stats/moments may include "
            "nothing of ours",
            "platform/storage/contract/store.cpp:1: includes platform/stats/means/welch.h; platform/storage/contract "
            "may include platform/core, platform/stats/moments, platform/stats/numerics, platform/stats/ratios",
            "recommenders/cheat.cpp:2: includes simulator/world/world.h; recommenders may include platform/core, "
            "platform/files",
            "simulator/world/world.h:1: includes recommenders/registry.h; simulator/world may include platform/core, "
            "platform/files, recommenders/catalogue.h"});
}

TEST_CASE("architecture: a folder is a door, towards its neighbours and towards the room around it", "[architecture]") {
  CHECK(
      broken_in({{"platform/analysis/analyze.h", "#include \"platform/analysis/verdict/judge.h\"\n"},
                 {"platform/analysis/verdict/judge.h", ""},
                 {"platform/analysis/findings/timeline.h", "#include \"platform/analysis/analyze.h\"\n"},
                 {"platform/analysis/render/csv.h",
                  "#include \"platform/analysis/render/rows.h\"\n#include \"platform/analysis/verdict/judge.h\"\n"},
                 {"platform/analysis/render/rows.h", ""}}) ==
      std::vector<std::string>{
          "platform/analysis/findings/timeline.h:1: includes platform/analysis/analyze.h; platform/analysis/findings "
          "may include platform/core, platform/stats, platform/storage/contract, platform/analysis/report, "
          "platform/analysis/question, platform/analysis/planning",
          "platform/analysis/render/csv.h:2: includes platform/analysis/verdict/judge.h; platform/analysis/render may "
          "include platform/core, platform/analysis/report"});
}

TEST_CASE("architecture: a folder may be open without the folders in it", "[architecture]") {
  Rules rules = crossfade_rules();
  rules.rooms = {{"a", {}}, {"a/x", {}}, {"b", {"a/"}}};
  CHECK(broken_in({{"a/front.h", "#include \"a/x/back.h\"\n"},
                   {"a/x/back.h", ""},
                   {"b/one.h", "#include \"a/front.h\"\n#include \"a/x/back.h\"\n"}},
                  rules) == std::vector<std::string>{"b/one.h:2: includes a/x/back.h; b may include a/"});
}

TEST_CASE("architecture: a file stands in a room of the table", "[architecture]") {
  CHECK(broken_in({{"platform/statistics/other.h", ""}, {"platform/server/any.cpp", ""}, {"tests/any.h", ""}}) ==
        std::vector<std::string>{"platform/server/any.cpp:0: stands in no room of the table",
                                 "platform/statistics/other.h:0: stands in no room of the table"});
}

TEST_CASE("architecture: a library stays in the room that owns it", "[architecture]") {
  CHECK(broken_in({{"platform/config/load.cpp", "#include <yaml-cpp/yaml.h>\n"},
                   {"platform/server/http/server.cpp", "#include <httplib.h>\n#include <sqlite3.h>\n"},
                   {"platform/service/fetch.cpp", "#include <httplib.h>\n"},
                   {"simulator/world/draw.cpp", "#include <boost/random/a.hpp>\n#include <boost/math/a.hpp>\n"}}) ==
        std::vector<std::string>{
            "platform/server/http/server.cpp:2: includes sqlite3.h, which only platform/storage/sqlite may",
            "platform/service/fetch.cpp:1: includes httplib.h, which only platform/server, platform/runtime may",
            "simulator/world/draw.cpp:2: includes boost/math/a.hpp, which only platform/stats may"});
}

TEST_CASE("architecture: nobody goes around the mutex that is checked", "[architecture]") {
  CHECK(broken_in({{"platform/core/mutex.h", "#include <condition_variable>\n#include <mutex>\nstd::mutex mutex_;\n"},
                   {"platform/core/other.h", "#include <mutex>\n"},
                   {"platform/service/service.cpp",
                    "#include <shared_mutex>\n"
                    "#include \"platform/core/mutex.h\"\n"
                    "int others = 0;  // not std::mutex\n"
                    "static std::mutex mine;\n"},
                   {"tests/any.cpp", "#include <mutex>\nstd::mutex any;\n"}}) ==
        std::vector<std::string>{
            "platform/core/other.h:1: includes mutex, which only platform/core/mutex.h may",
            "platform/service/service.cpp:1: includes shared_mutex, which only platform/core/mutex.h may",
            "platform/service/service.cpp:4: names std::mutex, which only platform/core/mutex.h may"});
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
  Rules rules = crossfade_rules();
  rules.rooms = {{"a", {"b/x.h"}}, {"b", {"c"}}, {"c", {"a"}}, {"d", {}}, {"e", {"d"}}};
  CHECK(broken_in({}, rules) == std::vector<std::string>{"the table: a circle among a, b, c"});
}

TEST_CASE("architecture: a room leans on its folders, and on all that is below a room that it may include",
          "[architecture]") {
  Rules rules = crossfade_rules();
  rules.rooms = {{"a", {}}, {"a/x", {"a/y"}}, {"a/y", {}}, {"b", {"a"}}};
  CHECK(broken_in({}, rules).empty());
  rules.rooms = {{"a", {}}, {"a/x", {"b"}}, {"b", {"a"}}};
  CHECK(broken_in({}, rules) == std::vector<std::string>{"the table: a circle among a, a/x, b"});
}

TEST_CASE("architecture: a folder of too many files is named", "[architecture]") {
  Rules rules = crossfade_rules();
  rules.most_files = 2;
  CHECK(broken_in({{"web/a.h", ""}, {"web/b.h", ""}, {"web/c.cpp", ""}, {"platform/core/a.h", ""}}, rules) ==
        std::vector<std::string>{"web:0: has 3 files; want at most 2: ask which two rooms it is"});
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
