// The table of keys is what the loader accepts, and what docs/configuration.md lists.
#include "platform/config/keys.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "platform/config/json_schema.h"
#include "tests/platform/config/support.h"
#include "tests/support/source_directory.h"

using namespace crossfade::config;
using crossfade::config::testing::faults_of;
using crossfade::config::testing::types;

namespace {

constexpr std::string_view kFrom = "<!-- keys: from the loader's own table -->\n\n";

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("keys: each stands once in its section, and says what it is", "[config]") {
  for (const Section section : all_sections()) {
    std::set<std::string_view> names;
    CHECK_FALSE(keys_of(section).empty());
    for (const Key& key : keys_of(section)) {
      INFO(name_of(section) << ": " << key.name);
      CHECK(names.insert(key.name).second);
      CHECK_FALSE(key.help.empty());
      CHECK((key.shape == Shape::choice) == !key.choices.empty());
    }
  }
}

TEST_CASE("keys: the page of the keys is the table", "[config]") {
  const std::filesystem::path file = crossfade::source_directory() / "docs/configuration.md";
  const std::string page = read(file);
  const std::size_t from = page.find(kFrom);
  REQUIRE(from != std::string::npos);
  const std::string wanted = page.substr(0, from) + std::string(kFrom) + reference();
  if (std::getenv("CROSSFADE_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << wanted;
  CHECK(page == wanted);
}

TEST_CASE("keys: the schema names every key, and the options of every recommender", "[config]") {
  const std::string schema = json_schema(types());
  for (const Section section : all_sections()) {
    for (const Key& key : keys_of(section)) {
      CHECK_THAT(schema, Catch::Contains("\"" + std::string(key.name) + "\": {"));
    }
  }
  CHECK_THAT(schema, Catch::Contains("\"half_life_days\": {"));
}
