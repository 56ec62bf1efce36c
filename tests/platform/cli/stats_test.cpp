// `crossfade stats`, as a program.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using crossfade::test::Outcome;
using crossfade::test::run_program;

namespace {

constexpr const char* kCases = R"({"schema_version":1,"cases":[
  {"id":"equal","method":"srm","input":{"observed":[50,50],"weights":[1,1]}},
  {"id":"none","method":"alchemy","input":{}}]})";
constexpr const char* kResults =
    "{\"schema_version\":1,\"results\":[\n"
    R"({"dof":1.0,"expected":[50.0,50.0],"id":"equal","p_value":1.0,"statistic":0.0,"status":"ok"},)"
    "\n"
    R"({"id":"none","status":"unsupported"})"
    "\n]}\n";

// A directory with cases.json, in which the program runs.
class Place {
 public:
  explicit Place(const std::string& cases = kCases) { write("cases.json", cases); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }
  Outcome stats(const std::string& arguments) const { return run_program(directory_.path(), "stats " + arguments); }
  bool has(const std::string& name) const { return std::filesystem::exists(directory_ / name); }
  std::string read(const std::string& name) const {
    std::ifstream file(directory_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  crossfade::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("stats: from a file or standard input, to standard output or a file", "[cli]") {
  const Place place;
  CHECK(place.stats("--input cases.json") == Outcome{0, kResults});
  CHECK(place.stats("--input - < cases.json") == Outcome{0, kResults});
  CHECK(place.stats("--input cases.json --output results.json") == Outcome{0, ""});
  CHECK(place.read("results.json") == kResults);
}

TEST_CASE("stats: an input that cannot be read, exit code 2", "[cli]") {
  const Place place;
  CHECK(place.stats("--input none.json") == Outcome{2, "none.json: cannot be read: No such file or directory\n"});
  CHECK(place.stats("--input .") == Outcome{2, ".: cannot be read: Is a directory\n"});
}

TEST_CASE("stats: a broken file leaves no output, and an older one as it was", "[cli]") {
  const Place place("{\"schema_version\":1,\"cases\":[{]}");
  const Outcome broken = place.stats("--input cases.json --output results.json");
  CHECK(broken.code == 2);
  CHECK_THAT(broken.text, Catch::Matchers::StartsWith("cases.json: parse error at line 1, column 31"));
  CHECK_FALSE(place.has("results.json"));
  CHECK_FALSE(place.has("results.json.partial"));
  place.write("results.json", "older");
  CHECK(place.stats("--input cases.json --output results.json").code == 2);
  CHECK(place.read("results.json") == "older");
}

TEST_CASE("stats: an output that cannot be written, exit code 2", "[cli]") {
  CHECK(Place{}.stats("--input cases.json --output none/results.json") ==
        Outcome{2, "none/results.json: cannot be written: No such file or directory\n"});
}
