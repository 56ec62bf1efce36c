#include "platform/import/botify_log.h"

#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "platform/core/error.h"
#include "platform/storage/sqlite/playback_reader.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/storage/events.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::storage;

namespace {

// A store, and files to import into it.
struct Fixture {
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream{directory / name} << text;
    return directory / name;
  }
  imports::BotifyImport import(const std::vector<std::filesystem::path>& files, bool lenient = false) {
    return imports::import_botify_log(files, store, {1'767'571'200'000}, lenient);
  }
  // what() of the Error; "" when all is well.
  std::string fault_of(const std::vector<std::filesystem::path>& files) {
    try {
      import(files);
    } catch (const Error& error) {
      CHECK(error.kind() == Error::Kind::user);
      return error.what();
    }
    return "";
  }
  std::vector<Playback> playbacks() const {
    std::vector<Playback> all;
    for_each_playback(directory / "store.db", [&all](const Playback& playback) { all.push_back(playback); });
    return all;
  }

  TemporaryDirectory directory;
  storage::SqliteStore store{directory / "store.db", {.access = storage::SqliteStore::Access::write}};
};

constexpr std::int64_t kStart = 1'700'000'000'000;  // times are told from here on

// A time below 0 as it is.
std::string line(const std::string& message, std::int64_t timestamp, const std::string& user, int track,
                 const std::string& time = "0.5", const std::string& experiments = R"({"E": "C"})") {
  return R"({"message": ")" + message + R"(", "timestamp": )" +
         std::to_string(timestamp < 0 ? timestamp : kStart + timestamp) + R"(, "user": )" + user + R"(, "track": )" +
         std::to_string(track) + R"(, "time": )" + time + R"(, "latency": 0.002, "recommendation": )" +
         (message == "last" ? "null" : "9") + R"(, "experiments": )" + experiments + "}\n";
}

// A table of the course's notebook: metric -> column -> value.
std::map<std::string, std::map<std::string, double>> read_table(const std::filesystem::path& file) {
  const auto split = [](const std::string& text) {
    std::vector<std::string> cells;
    std::istringstream stream{text};
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    return cells;
  };
  std::ifstream stream{file};
  std::string text;
  std::getline(stream, text);
  const auto header = split(text);
  std::map<std::string, std::map<std::string, double>> table;
  while (std::getline(stream, text)) {
    const auto cells = split(text);
    for (std::size_t i = 2; i < cells.size(); ++i) {
      if (header.at(i) != "significant") table[cells.at(1)][header.at(i)] = std::stod(cells.at(i));
    }
  }
  return table;
}

}  // namespace

TEST_CASE("botify log: sessions, playbacks and exposures", "[storage]") {
  Fixture at;
  const auto file = at.write("log.json", line("next", 100, "7", 1, "1.0") + line("next", 110, "8", 5) +
                                             line("last", 120, "7", 2, "0.25") + line("last", 130, "8", 6));
  const imports::BotifyImport done = at.import({file});
  CHECK(done.events == 4);
  CHECK(done.sessions == 2);
  CHECK(done.dropped_sessions == 0);
  CHECK(done.units == 2);
  CHECK(done.experiments == std::vector<std::string>{"E"});
  const auto playbacks = at.playbacks();
  REQUIRE(playbacks.size() == 4);
  CHECK(playbacks[0] == Playback{.unit = {"7"},
                                 .session = {1},
                                 .position = 0,
                                 .track = {1},
                                 .fraction = 1,
                                 .recommended = Recommended{.track = {9}, .recommender = "", .propensity = 0},
                                 .latency_ms = 2.0,
                                 .at = {kStart + 100}});
  CHECK(playbacks[1].recommended == std::nullopt);
  CHECK(playbacks[1].position == 1);
  CHECK(at.store.exposures() == std::vector{exposure("7", "E", "C", kStart + 100, 1, Timestamp{kStart + 120}),
                                            exposure("8", "E", "C", kStart + 110, 1, Timestamp{kStart + 130})});
  const auto aggregate = at.store.aggregate(query_of({}, {})).at(0);
  CHECK(aggregate.variants.at(0).metrics[0].moments.marginal(0) == stats::Moments(2, 1.125, 0.03125));
  CHECK(aggregate.variants.at(0).metrics[2].moments.mean(0) == 2.0);
  CHECK(at.store.open_sessions().empty());
  CHECK(at.store.imports().at(0).events == 4);
}

TEST_CASE("botify log: events of a user are sorted by time, ties stay in order", "[storage]") {
  Fixture at;
  // Two processes wrote: the order in the file is not that of the events.
  const auto file = at.write("log.json", line("last", 130, "7", 4) + line("next", 100, "7", 1) +
                                             line("next", 120, "7", 2) + line("next", 120, "7", 3));
  at.import({file});
  std::vector<std::uint32_t> tracks;
  for (const Playback& playback : at.playbacks()) tracks.push_back(playback.track.value);
  CHECK(tracks == std::vector<std::uint32_t>{1, 2, 3, 4});
}

TEST_CASE("botify log: a tail without last is left out, in the middle it belongs to the next session", "[storage]") {
  Fixture at;
  const auto file = at.write("log.json", line("next", 100, "7", 1) + line("next", 900'000'000, "7", 2) +
                                             line("last", 900'000'001, "7", 3) + line("next", 900'000'002, "7", 4) +
                                             line("next", 900'000'003, "7", 5) + line("next", 50, "8", 6));
  const imports::BotifyImport done = at.import({file});
  CHECK(done.sessions == 1);
  CHECK(done.dropped_sessions == 2);
  CHECK(done.dropped_events == 3);
  CHECK(at.playbacks().size() == 3);
  CHECK(at.store.open_sessions().empty());
  // Whoever has no finished session is a unit with no time.
  const auto aggregate = at.store.aggregate(query_of({}, {})).at(0);
  CHECK(aggregate.variants.at(0).units == 2);
  CHECK(aggregate.variants.at(0).metrics[0].moments.mean(0) == 0.75);
  CHECK(aggregate.variants.at(0).metrics[4].moments.n() == 1);
}

TEST_CASE("botify log: several files are one log", "[storage]") {
  Fixture at;
  const auto first = at.write("1.json", line("next", 100, "7", 1));
  const auto second = at.write("2.json", line("last", 110, "7", 2));
  CHECK(at.import({first, second}).sessions == 1);
  CHECK(at.playbacks().size() == 2);
}

TEST_CASE("botify log: what happened in another experiment is another session", "[storage]") {
  Fixture at;
  const std::string other = R"({"F": "T1"})";
  const auto file =
      at.write("log.json", line("next", 100, "7", 1) + line("last", 110, "7", 2) + line("next", 120, "7", 3) +
                               line("next", 200, "7", 1, "1", other) + line("last", 210, "7", 2, "1", other));
  CHECK(at.import({file}).sessions == 2);
  const auto both = at.store.aggregate(query_of({"E", "F"}, {}));
  CHECK(both[0].variants.at(0).metrics[0].moments.marginal(0) == stats::Moments(1, 1, 0));
  CHECK(both[1].variants.at(0).metrics[0].moments.marginal(0) == stats::Moments(1, 2, 0));
}

TEST_CASE("botify log: the same variants are the same however they are written", "[storage]") {
  Fixture at;
  const auto file = at.write("log.json", line("next", 100, "7", 1, "1", R"({"A": "x", "B": "y"})") +
                                             line("last", 110, "\"7\"", 2, "1", R"({"B":"\u0079","A":"x"})"));
  CHECK(at.import({file}).sessions == 1);
  CHECK(at.store.exposures() == std::vector{exposure("7", "A", "x", kStart + 100, 1, Timestamp{kStart + 110}),
                                            exposure("7", "B", "y", kStart + 100, 1, Timestamp{kStart + 110})});
}

TEST_CASE("botify log: fields that may be missing", "[storage]") {
  Fixture at;
  const auto file =
      at.write("log.json",
               "{\"message\":\"next\",\"timestamp\":1700000000001,\"user\":\"ann\",\"track\":1,\"time\":0,\"x\":[]}\n"
               "\n"
               "{\"message\":\"last\",\"timestamp\":1700000000002,\"user\":\"ann\",\"track\":2,\"time\":1,\"latency\":"
               "null,\"experiments\":null}");
  CHECK(at.import({file}).experiments.empty());
  const auto playbacks = at.playbacks();
  REQUIRE(playbacks.size() == 2);
  CHECK(playbacks[0].unit == UnitId{"ann"});
  CHECK(playbacks[0].latency_ms == std::nullopt);
  CHECK(playbacks[0].recommended == std::nullopt);
  CHECK(at.store.exposures().empty());
}

TEST_CASE("botify log: every bad line is named, and nothing is imported", "[storage]") {
  Fixture at;
  const auto good = at.write("good.json", line("last", 100, "7", 1));
  const auto bad = at.write(
      "bad.json", line("last", 100, "7", 1) + "{\"message\": \"next\"\n" + line("nxt", 100, "7.5", -1, "1.5", "[]") +
                      "{\"message\":\"last\",\"message\":\"last\"}\n" + line("last", -1, "true", 1, "\"1\"") +
                      line("last", 100, "7", 1, "1", R"({"E": 1, "F": "a", "F": "b"})"));
  const std::string name = bad.string();
  CHECK(at.fault_of({good, bad}) == name + ":2:19: the line ends in the middle of an object\n" +  //
                                        name + ":3:13: message is \"nxt\", want \"next\" or \"last\"\n" + name +
                                        ":3:56: user is 7.5, want an integer of 64 bits or a string\n" + name +
                                        ":3:70: track is -1, want an integer from 0 to 4294967295\n" + name +
                                        ":3:82: time is 1.5, want a number from 0 to 1\n" + name +
                                        ":3:141: experiments is [], want an object of variants by experiment\n" + name +
                                        ":4:1: no timestamp, want one\n" + name + ":4:1: no user, want one\n" + name +
                                        ":4:1: no track, want one\n" + name + ":4:1: no time, want one\n" + name +
                                        ":4:19: a second message, want one\n" + name +
                                        ":5:34: timestamp is -1, want milliseconds since 1970, an integer\n" + name +
                                        ":5:46: user is true, want an integer of 64 bits or a string\n" + name +
                                        ":5:72: time is \"1\", want a number from 0 to 1\n" + name +
                                        ":6:146: the variant of E is 1, want a string\n" + name +
                                        ":6:159: a second variant of F, want one");
  CHECK(at.playbacks().empty());
  CHECK(at.store.imports().empty());
}

TEST_CASE("botify log: lines that cannot be used are left out where that is asked for, and counted", "[storage]") {
  Fixture at;
  const std::string last = line("last", 130, "7", 4);
  // The server died in the middle of a line, once at the end of its file, once before others.
  const auto torn = at.write("a.json", line("next", 100, "7", 1) + last.substr(0, 60));
  const auto other = at.write("b.json", line("next", 110, "7", 2) + "{\"message\": \"next\", \"ti\n\n" +
                                            line("next", 120, "7", 3, "1.5") + last + line("last", 140, "8", 1));
  const std::string faults = at.fault_of({torn, other});
  CHECK(faults == torn.string() + ":2:61: the line ends in the middle of an object\n" +       //
                      other.string() + ":2:24: the line ends in the middle of an object\n" +  //
                      other.string() + ":4:80: time is 1.5, want a number from 0 to 1");
  const imports::BotifyImport done = at.import({torn, other}, true);
  CHECK(done.left_out == 3);
  REQUIRE(done.unusable.size() == 3);
  CHECK(to_string(done.unusable[0]) + "\n" + to_string(done.unusable[1]) + "\n" + to_string(done.unusable[2]) ==
        faults);
  CHECK(done.events == 4);
  CHECK(done.sessions == 2);
  CHECK(at.playbacks().size() == 4);
  CHECK(at.store.imports().at(0).events == 1);
}

TEST_CASE("botify log: a file without a single line that can be used is refused even so", "[storage]") {
  Fixture at;
  const auto file = at.write("table.csv", "1,2\n");
  CHECK(error_of([&] { at.import({file}, true); }) == file.string() + ":1:1: no JSON object, want one a line");
  CHECK(at.store.imports().empty());
}

TEST_CASE("botify log: the real log of 2026, whose clock was set back once", "[storage]") {
  const auto file = shared_data("course/2026/data.json.gz");
  if (file.empty()) return;
  Fixture at;
  const imports::BotifyImport done = at.import({file});
  CHECK(done.events == 7'981);
  CHECK(done.negative_latencies == 1);
  REQUIRE(done.first_negative);
  CHECK(to_string(*done.first_negative) == file.string() + ":3571: a latency below 0");
  CHECK(done.left_out == 0);
  CHECK(done.dropped_sessions == 1);  // the log ends in the middle of a session
  CHECK(done.dropped_events == 4);
  CHECK(done.experiments == std::vector<std::string>{"HSTU"});
  const auto aggregate = at.store.aggregate(query_of({"HSTU"}, {})).at(0);
  REQUIRE(aggregate.variants.size() == 2);
  CHECK(aggregate.variants[0].variant == "C");
  // The figures of ORIGIN.md beside it, of the mean time per session.
  CHECK(aggregate.variants[0].metrics[4].moments.mean(0) == Approx(7.81).margin(0.005));
  CHECK(aggregate.variants[1].metrics[4].moments.mean(0) == Approx(6.03).margin(0.005));
}

TEST_CASE("botify log: a file of another kind is not quoted in full", "[storage]") {
  Fixture at;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "1,2,3\n";
  const auto file = at.write("table.csv", text);
  const auto bad = at.write("zoo.json", "{}\n");
  const std::string message = at.fault_of({file, bad});
  CHECK(std::count(message.begin(), message.end(), '\n') == 20 + 5);
  CHECK(message.find("\n" + file.string() + ":21: and 2980 more\n" + bad.string() + ":1:1: no message, want one\n") !=
        std::string::npos);
}

TEST_CASE("botify log: a file that cannot be read is named", "[storage]") {
  Fixture at;
  const auto missing = at.directory / "missing.json";
  CHECK(at.fault_of({missing}) == missing.string() + ": cannot be opened: No such file or directory");
  CHECK(at.fault_of({at.directory.path()}) == at.directory.path().string() + ": is a directory, want a file");
  const auto cut = at.directory / "cut.json.gz";
  const gzFile zipped = gzopen(cut.c_str(), "wb");
  const std::string text = line("last", 100, "7", 1);
  for (int i = 0; i < 1000; ++i) gzwrite(zipped, text.data(), static_cast<unsigned>(text.size()));
  gzclose(zipped);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
  CHECK(at.fault_of({cut}) == cut.string() + ": damaged gzip: unexpected end of file");
  CHECK(at.playbacks().empty());
}

TEST_CASE("botify log: the same content is imported once, zipped or not", "[storage]") {
  Fixture at;
  const std::string text = line("next", 100, "7", 1) + line("last", 110, "7", 2);
  const auto plain = at.write("log.json", text);
  const auto zipped = at.directory / "log.json.gz";
  const gzFile file = gzopen(zipped.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  at.import({plain});
  CHECK(at.fault_of({zipped}) == zipped.string() + ": the store has its content already, from " + plain.string() +
                                     " at 2026-01-05T00:00:00.000Z");
  CHECK(at.playbacks().size() == 2);
  const auto other = at.write("other.json", line("last", 900, "7", 1));
  const auto twin = at.write("twin.json", line("last", 900, "7", 1));
  CHECK(at.fault_of({other, twin}) ==
        twin.string() + ": has the same content as " + other.string() + ", want each once");
}

TEST_CASE("botify log: a server goes on in a store that was imported into", "[storage]") {
  Fixture at;
  at.store.append({.playbacks = {playback("7", 5, 0, 10)}});
  const auto file = at.write("log.json", line("last", 100, "7", 1));
  at.import({file});
  const auto open = at.store.open_sessions();
  REQUIRE(open.size() == 1);
  CHECK(open[0].id == SessionId{5});
  CHECK(at.store.last_session() == SessionId{6});
}

TEST_CASE("botify log: the course's logs give the figures of the course's notebook", "[storage]") {
  const auto logs = shared_data("course_logs");
  if (logs.empty()) return;
  const bool in_one_store = GENERATE(true, false);
  const std::vector<std::string> names{"INDEXED", "TOP_POP"};
  Fixture shared;
  if (in_one_store) {
    const imports::BotifyImport done = shared.import({logs / "INDEXED.json.gz", logs / "TOP_POP.json.gz"});
    CHECK(done.events == 87'812 + 72'518);
    CHECK(done.sessions == 20'000);
    CHECK(done.dropped_sessions == 0);
    CHECK(done.experiments == names);
  }
  for (const std::string& name : names) {
    Fixture own;
    if (!in_one_store) own.import({logs / (name + ".json.gz")});
    const auto aggregate = (in_one_store ? shared : own).store.aggregate(query_of({name}, {})).at(0);
    REQUIRE(aggregate.variants.size() == 2);
    REQUIRE(aggregate.variants[0].variant == "C");
    CHECK(aggregate.multiple_variants == 0);
    const auto table = read_table(logs / (name + ".csv"));
    REQUIRE(table.size() == 5);
    const auto metrics = standard();
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      const auto& row = table.at(metrics[i].name);
      INFO(name << " " << metrics[i].name);
      for (std::size_t v = 0; v < 2; ++v) {
        const std::string variant = v == 0 ? "control" : "treatment";
        const stats::Moments moments = aggregate.variants[v].metrics[i].moments.marginal(0);
        CHECK(static_cast<double>(aggregate.variants[v].units) == row.at(variant + "_count"));
        CHECK(moments.mean() == Approx(row.at(variant + "_mean")).epsilon(1e-9).margin(0));
        CHECK(moments.variance() == Approx(row.at(variant + "_var")).epsilon(1e-9).margin(0));
      }
    }
  }
}
