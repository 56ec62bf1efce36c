// `crossfade analyze`, as a program.
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <ostream>
#include <string>

#include "platform/core/random.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

// A directory with a store in it, in which the program runs, far from any terminal.
class Place {
 public:
  Place() {
    // Eight days of 400 units in `seen`, who listen longer in "t"; and `lopsided`, which no fair coin splits so.
    storage::SqliteStore store(directory_ / "crossfade.db", {.access = storage::SqliteStore::Access::write});
    const Timestamp start = *parse_timestamp("2026-01-05");
    Random random({1});
    EventBatch batch;
    std::int64_t id = 0;
    for (int unit = 0; unit < 400; ++unit) {
      const bool treated = unit % 2 == 1;
      const UnitId name{std::to_string(unit)};
      batch.exposures.push_back(
          {.unit = name, .experiment = "seen", .variant = treated ? "t" : "control", .first_seen = start});
      batch.exposures.push_back(
          {.unit = name, .experiment = "lopsided", .variant = unit < 100 ? "a" : "b", .first_seen = start});
      for (int day = 0; day < 8; ++day) {
        const Timestamp at{start.ms + day * kMsPerDay};
        const double time = (treated ? 4 : 3) + random.uniform();
        batch.sessions.push_back(
            {.id = {++id}, .unit = name, .tracks = 9, .time = time, .latency_ms = {}, .started = at, .ended = at});
      }
    }
    store.append(batch);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }

  Outcome run(const std::string& arguments, const std::string& environment = "LC_ALL=C") const {
    const std::string command = "cd '" + directory_.path().string() + "' && env -u NO_COLOR " + environment + " '" +
                                test::program_path() + "' analyze " + arguments + " > out.txt 2> err.txt";
    const int status = std::system(command.c_str());
    return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .out = read("out.txt"), .err = read("err.txt")};
  }

 private:
  std::string read(const std::string& name) const {
    std::ifstream file(directory_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  crossfade::TemporaryDirectory directory_;
};

constexpr const char* kConfiguration = R"(version: 1
recommenders: {random: {type: random}, sticky: {type: sticky_artist, fallback: random}}
parameters: {recommender: random}
experiments:
  - key: seen
    hypothesis: Sticky is better.
    status: running
    variants: [{key: control, weight: 0.5, control: true}, {key: t, weight: 0.5, parameters: {recommender: sticky}}]
)";

}  // namespace

TEST_CASE("analyze: an experiment that only the store knows needs no configuration", "[cli]") {
  const Outcome outcome = Place().run("seen");
  CHECK(outcome.err.empty());
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, StartsWith("seen  imported, version 1, control control\n"));
  CHECK_THAT(outcome.out, Contains("\nSHIP: t raises mean_time_per_session by"));
  CHECK_THAT(outcome.out, !Contains("\x1b"));
  CHECK_THAT(outcome.out, Contains("-o-]  always-valid") && !Contains("●"));
}

TEST_CASE("analyze: experiments.yaml is read where there is one, or what --config names", "[cli]") {
  const Place place;
  place.write("experiments.yaml", kConfiguration);
  CHECK_THAT(place.run("seen").out, StartsWith("seen  running, version 1, control control\nSticky is better.\n"));
  place.write("experiments.yaml", "version: 2\n");
  CHECK(place.run("seen").code == 2);
  place.write("other.yaml", kConfiguration);
  CHECK_THAT(place.run("seen --config other.yaml").out, StartsWith("seen  running"));
  const Outcome missing = place.run("seen --config nope.yaml");
  CHECK(missing.code == 2);
  CHECK_THAT(missing.err, StartsWith("nope.yaml: "));
}

TEST_CASE("analyze: exit code 3 where a verdict is INVALID, with the report", "[cli]") {
  const Place place;
  const Outcome one = place.run("lopsided");
  CHECK(one.code == 3);
  CHECK(one.err.empty());
  CHECK_THAT(one.out, Contains("\nINVALID: Units are not split as equal weights would"));
  // No effect to be misled by, unless somebody wants it.
  CHECK_THAT(one.out, Contains("withheld; --force shows them"));
  CHECK_THAT(one.out, !Contains(" %, +") && !Contains(" %, -"));
  const Outcome forced = place.run("lopsided --force");
  CHECK(forced.code == 3);
  CHECK_THAT(forced.out, Contains(" %, ") && !Contains("withheld"));
  CHECK_THAT(place.run("lopsided --format csv").out, Contains("withheld,INVALID"));
  CHECK_THAT(place.run("lopsided --format csv --force").out, !Contains("withheld"));
  CHECK_THAT(place.run("seen").out, !Contains("withheld"));
  const Outcome all = place.run("--format json");
  CHECK(all.code == 3);
  CHECK_THAT(all.out, StartsWith("{\n  \"experiments\": ["));
}

TEST_CASE("analyze: every format, and the options that change it", "[cli]") {
  const Place place;
  CHECK_THAT(place.run("seen --format json").out, StartsWith("{\n  \"experiment\": \"seen\","));
  CHECK_THAT(place.run("seen --format csv").out, StartsWith("experiment,version,status,metric,"));
  CHECK_THAT(place.run("seen --format markdown").out, StartsWith("## seen\n"));
  CHECK_THAT(place.run("seen --lift naive").out, Contains("95 % interval (naive)"));
  CHECK_THAT(place.run("--metrics time,sessions seen").out,
             Contains("\ntime  ") && !Contains("\nmean_tracks_per_session  "));
  CHECK_THAT(place.run("seen --control t").out, StartsWith("seen  imported, version 1, control t\n"));
  CHECK_THAT(place.run("seen --until 2026-01-08").out, Contains("; 3 days of data only"));
  CHECK_THAT(place.run("seen", "LC_ALL= LC_CTYPE=de_DE.UTF-8").out, Contains("●"));
}

TEST_CASE("analyze: what the user got wrong is one line, and exit code 2", "[cli]") {
  const Place place;
  const auto wrong = [&](const std::string& arguments) {
    const Outcome outcome = place.run(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    return outcome.err;
  };
  CHECK(wrong("sen") == "no experiment \"sen\" in the configuration or the store; did you mean \"seen\"?\n");
  CHECK(wrong("seen --metrics tme") == "no metric \"tme\"; did you mean \"time\"?\n");
  CHECK(wrong("seen --control contrl") == "experiment seen has no variant \"contrl\"; did you mean \"control\"?\n");
  CHECK(wrong("seen --until soon") == "--until soon: want a time like 2026-01-05 or 2026-01-05T10:00Z\n");
  CHECK(wrong("seen --store nope.db") == "nope.db: there is no such store\n");
  CHECK(wrong("seen --format xml") == "crossfade: --format: xml not in {table,json,csv,markdown} (see --help)\n");
  CHECK(wrong("seen --lift nive") == "crossfade: --lift: nive not in {fieller,delta,naive} (see --help)\n");
}

TEST_CASE("analyze: output that cannot be written is our failure, not a success", "[cli]") {
  const Outcome outcome = Place().run("seen --format json > /dev/full 2> full.txt; (exit $?)");
  CHECK(outcome.code == 1);
}
