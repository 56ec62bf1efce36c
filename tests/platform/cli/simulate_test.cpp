// `crossfade world` and `crossfade simulate`, as a program.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <string>

#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/cli/program.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;
using crossfade::test::Outcome;
using crossfade::test::run_program;

namespace {

// A directory with a configuration, in which the program runs.
class Shell {
 public:
  Shell() {
    std::ofstream(directory_ / "experiments.yaml")
        << "version: 1\nrecommenders:\n  random: {type: random}\n  sticky: {type: sticky_artist, fallback: random}\n"
           "parameters: {recommender: random}\nexperiments:\n  - key: sticky\n    status: running\n    variants:\n"
           "      - {key: control, weight: 0.5, control: true, parameters: {recommender: random}}\n"
           "      - {key: treatment, weight: 0.5, parameters: {recommender: sticky}}\n";
  }

  Outcome run(const std::string& arguments, const std::string& input = "") const {
    std::ofstream(directory_ / "input", std::ios::binary) << input;
    return run_program(directory_.path(), arguments + " < input");
  }

  // The course's own files in source/, imported as world/: two artists of three tracks, one listener who likes it all.
  void make_world() const {
    std::filesystem::create_directory(directory_ / "source");
    std::string tracks;
    for (int id = 0; id < 6; ++id) {
      tracks += "{\"track\": " + std::to_string(id) + ", \"artist\": \"" + (id < 3 ? "Ora" : "Vale") +
                "\", \"title\": \"Song " + static_cast<char>('A' + id) + "\", \"genres\": [\"pop\"]}\n";
    }
    std::ofstream(directory_ / "source/tracks.json") << tracks;
    std::ofstream(directory_ / "source/users.json")
        << "{\"user\": 7, \"interests\": [0], \"consume_bias\": -1000, \"consume_sharpness\": 1}\n";
    std::string npy("\x93NUMPY\x01\x00\x76\x00", 10);
    npy += "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 1), }";
    npy.append(127 - npy.size(), ' ');
    npy += '\n';
    npy.append(24, '\0');
    std::ofstream(directory_ / "source/embeddings.npy", std::ios::binary) << npy;
    const Outcome outcome = run("world import --format course source --out world");
    INFO(outcome.text);
    REQUIRE(outcome.code == 0);
  }

  std::filesystem::path operator/(const char* name) const { return directory_ / name; }

 private:
  crossfade::TemporaryDirectory directory_;
};

// The figure behind `name` in what simulate prints.
double figure(const std::string& text, const std::string& name) {
  const auto at = text.find(name);
  REQUIRE(at != std::string::npos);
  return std::stod(text.substr(at + name.size()));
}

std::string without_rate(const std::string& text) {
  return text.substr(0, text.find("sessions a second"));
}

}  // namespace

TEST_CASE("simulate: logs every session, the same for any number of threads", "[simulate]") {
  const Shell shell;
  REQUIRE(shell.run("world generate --preset course-2025 --out world").code == 0);
  const Outcome one = shell.run("simulate --sessions 1500 --days 3 --seed 5 --threads 1 --store one.db");
  const Outcome three = shell.run("simulate --sessions 1500 --days 3 --seed 5 --threads 3 --store three.db");
  INFO(one.text);
  REQUIRE(one.code == 0);
  CHECK(without_rate(one.text) == without_rate(three.text));
  CHECK(figure(one.text, "sessions ") == 1500);
  CHECK(std::abs(figure(one.text, "tracks - time") - 5) < 0.2);  // 8 standard errors, printed beside it

  AggregateQuery query;
  query.metrics.push_back(standard_metrics().front());
  const SqliteStore a(shell / "one.db", {});
  const SqliteStore b(shell / "three.db", {});
  const auto aggregate = a.aggregate(query);
  REQUIRE(aggregate.size() == 1);
  CHECK(aggregate[0].variants.size() == 2);
  CHECK(aggregate == b.aggregate(query));
  CHECK(a.open_sessions().empty());
  CHECK(a.configurations().size() == 1);

  // A second run follows on the next day, with sessions of its own.
  const auto last = a.last_playback();
  REQUIRE(last.has_value());
  const Outcome more = shell.run("simulate --sessions 1500 --seed 5 --store one.db");
  CHECK(without_rate(more.text) != without_rate(one.text));
  CHECK(a.last_playback()->ms / kMsPerDay > last->ms / kMsPerDay);
}

TEST_CASE("simulate: a person recommends at the console, also through a pipe", "[simulate]") {
  const Shell shell;
  shell.make_world();
  const Outcome outcome = shell.run("simulate --console", "99\nsong\nzzz\nSONG e\nq\n");
  INFO(outcome.text);
  CHECK(outcome.code == 0);
  CHECK(outcome.text.find("listener 7 comes in") != std::string::npos);
  CHECK(outcome.text.find("there is no track 99, want 0..5") != std::string::npos);
  CHECK(outcome.text.find("      5  Vale - Song F") != std::string::npos);
  CHECK(outcome.text.find("no title or artist holds \"zzz\"") != std::string::npos);
  CHECK(outcome.text.find("%  Vale - Song E (pop; track 4)") != std::string::npos);
}

TEST_CASE("simulate: acknowledged playbacks are written down", "[simulate]") {
  const Shell shell;
  shell.make_world();
  REQUIRE(shell.run("simulate --sessions 20 --acknowledged heard.txt").code == 0);
  std::ifstream in(shell / "heard.txt");
  std::string unit;
  std::int64_t lines = 0;
  std::uint32_t track = 0;
  double fraction = 0;
  double time = 0;
  for (; in >> unit >> track >> fraction; ++lines) {
    REQUIRE(unit == "7");
    REQUIRE(track < 6);
    time += fraction;
  }
  const Outcome again = shell.run("simulate --sessions 20 --store again.db");
  CHECK(lines == static_cast<std::int64_t>(figure(again.text, "tracks ")));
  CHECK(time / 20 == Approx(figure(again.text, "mean session time")).margin(1e-4));
}

TEST_CASE("simulate: what it is asked in vain is answered in one line, with exit code 2", "[simulate]") {
  const Shell shell;
  shell.make_world();
  const auto refused = [&](const std::string& arguments) {
    const Outcome outcome = shell.run(arguments);
    INFO(arguments << " -> " << outcome.text);
    CHECK(outcome.code == 2);
    CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
    return outcome.text;
  };
  CHECK(refused("simulate --world none") ==
        "none: no such world directory; make one with crossfade world generate --preset course-2026 --out none\n");
  refused("simulate --sessions -5");
  refused("simulate --sessions 1.5");
  refused("simulate --days 0");
  refused("simulate --threads 0");
  refused("simulate --seed -1");
  refused("simulate --remote http://127.0.0.1:1 --dummy");
  refused("simulate --dummy --console");
  refused("simulate --retry 3");
  CHECK(refused("simulate --start yesterday") == "--start yesterday: want a time like 2026-01-05\n");
  CHECK(refused("simulate --config none.yaml").find("none.yaml") != std::string::npos);
  CHECK(refused("world generate --preset course-2062 --out x") ==
        "there is no preset \"course-2062\", want course-2026 or course-2025; did you mean course-2026?\n");
  refused("world import --format spotify source --out x");
  CHECK(refused("world import --format course source --out x --factors 3") ==
        "--factors is for --format hetrec only\n");
}

TEST_CASE("simulate: a server that is not there is our failure, said in one line", "[simulate]") {
  const Shell shell;
  shell.make_world();
  const Outcome outcome = shell.run("simulate --remote http://127.0.0.1:1 --sessions 5");
  CHECK(outcome.code == 1);
  CHECK(outcome.text == "http://127.0.0.1:1: GET /: cannot connect; 0 sessions were complete\n");
}

TEST_CASE("world: describe prints its figures", "[world]") {
  const Shell shell;
  shell.make_world();
  const Outcome outcome = shell.run("world describe world");
  INFO(outcome.text);
  CHECK(outcome.code == 0);
  CHECK(outcome.text.find("6 tracks of 2 artists in 1 genres, 1 dimensions; 1 listeners") != std::string::npos);
  CHECK(outcome.text.find("genres, share of tracks: pop 100.0 %") != std::string::npos);
}
