// The real logs of the course's service, and what its notebook made of them: n, means, variances, effects and naive
// intervals in percent, equal to 1e-9. Read twice: by the small reader below, which shares no code with the program,
// and by the import into a store.
#include <zlib.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "platform/analysis/analyze.h"
#include "platform/import/botify_log.h"
#include "platform/storage/sqlite/sqlite_store.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

std::vector<std::string> lines_of_gzip(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  gzFile input = gzopen(file.c_str(), "rb");
  REQUIRE(input != nullptr);
  std::array<char, 4096> line{};
  while (gzgets(input, line.data(), static_cast<int>(line.size())) != nullptr) lines.emplace_back(line.data());
  gzclose(input);
  return lines;
}

// The text behind `name` in one line of the log, as Python's json.dumps writes it.
std::string value_of(const std::string& line, const std::string& name) {
  const std::string label = "\"" + name + "\": ";
  const std::size_t at = line.find(label);
  if (at == std::string::npos) throw std::runtime_error("no " + name + " in " + line);
  const std::size_t begin = at + label.size();
  if (line[begin] == '"') return line.substr(begin + 1, line.find('"', begin + 1) - begin - 1);
  return line.substr(begin, line.find_first_of(",}", begin) - begin);
}

struct CourseUnit {
  int sessions = 0;
  double time = 0, tracks = 0, latency_ms = 0;                 // of ended sessions
  double open_time = 0, open_tracks = 0, open_latency_ms = 0;  // of the one under way
};

struct Event {
  std::string message;
  double time = 0;
  double latency_s = 0;
};

// As the log's ORIGIN.md says: events of a user in order of time, in the file's order on ties; a session ends at
// "last"; what follows the user's final "last" is dropped.
storage::ExperimentAggregate read_by_hand(const std::filesystem::path& file, const std::string& experiment) {
  std::map<std::pair<std::string, std::string>, std::multimap<std::int64_t, Event>>
      events;  // of (variant, user), by time
  for (const std::string& line : lines_of_gzip(file)) {
    events[{value_of(line, experiment), value_of(line, "user")}].emplace(
        std::stoll(value_of(line, "timestamp")), Event{.message = value_of(line, "message"),
                                                       .time = std::stod(value_of(line, "time")),
                                                       .latency_s = std::stod(value_of(line, "latency"))});
  }
  std::map<std::string, Seen> variants;
  for (const auto& [key, of_listener] : events) {
    CourseUnit listener;
    for (const auto& [time, event] : of_listener) {
      listener.open_tracks += 1;
      listener.open_time += event.time;
      listener.open_latency_ms += event.latency_s * 1000;
      if (event.message != "last") continue;
      listener.sessions += 1;
      listener.tracks += std::exchange(listener.open_tracks, 0);
      listener.time += std::exchange(listener.open_time, 0);
      listener.latency_ms += std::exchange(listener.open_latency_ms, 0);
    }
    Seen& seen = variants[key.first];
    seen.variant = key.first;
    seen.units += 1;
    seen.time.add(listener.time);
    seen.sessions.add(listener.sessions);
    if (listener.sessions == 0) continue;
    seen.latency.add(listener.latency_ms / listener.tracks);
    seen.tracks_per_session.add(listener.tracks / listener.sessions);
    seen.time_per_session.add(listener.time / listener.sessions);
    seen.budget.add((listener.tracks - listener.time) / listener.sessions);
  }
  std::vector<Seen> list;
  list.reserve(variants.size());
  for (const auto& [name, seen] : variants) list.push_back(seen);
  return aggregate(experiment, list, 1);
}

// Rows of the notebook's table by (treatment, metric), a map of columns each.
std::map<std::pair<std::string, std::string>, std::map<std::string, std::string>> read_table(
    const std::filesystem::path& file) {
  std::ifstream input(file);
  REQUIRE(input);
  const auto split = [](const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream text(line);
    for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
    return fields;
  };
  std::string line;
  std::getline(input, line);
  const std::vector<std::string> header = split(line);
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::string>> rows;
  while (std::getline(input, line)) {
    const std::vector<std::string> fields = split(line);
    REQUIRE(fields.size() == header.size());
    auto& row = rows[{fields[0], fields[1]}];
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = fields[i];
  }
  return rows;
}

void check_against_notebook(const storage::EventStore& store, const std::filesystem::path& logs,
                            const std::string& experiment) {
  AnalyzeOptions options;
  options.experiments = {experiment};
  options.lift = LiftInterval::naive;
  const Report report = analyze({}, store, options).at(0);
  CHECK(report.control == "C");
  CHECK(report.status == "imported");
  const auto table = read_table(logs / (experiment + ".csv"));
  REQUIRE(table.size() == 5);
  REQUIRE(report.metrics.size() == 5);
  for (const MetricReport& metric : report.metrics) {
    INFO(experiment + " " + metric.metric);
    const auto& row = table.at({"T1", metric.metric});
    const auto want = [&](const char* column) {
      return Approx(std::stod(row.at(column))).epsilon(1e-9).margin(0).scale(0);
    };
    const VariantSummary& control = metric.variants.at(0);
    const VariantSummary& treatment = metric.variants.at(1);
    CHECK(std::to_string(control.n) == row.at("control_count"));
    CHECK(std::to_string(treatment.n) == row.at("treatment_count"));
    CHECK(*control.mean == want("control_mean"));
    CHECK(*treatment.mean == want("treatment_mean"));
    CHECK(*control.standard_deviation * *control.standard_deviation == want("control_var"));
    CHECK(*treatment.standard_deviation * *treatment.standard_deviation == want("treatment_var"));
    const Comparison& comparison = metric.comparisons.at(0);
    CHECK(100 * *comparison.lift == want("effect"));
    CHECK(100 * comparison.lift_interval->lower == want("lower"));
    CHECK(100 * comparison.lift_interval->upper == want("upper"));
    CHECK((*comparison.p_value < 0.05) == (row.at("significant") == "True"));
  }
  // The course's listeners give up after skipping five tracks' worth.
  for (const SessionBudget& budget : report.health.tracks_minus_time_per_session) {
    CHECK(std::abs(*budget.mean - 5) < 4 * *budget.standard_error);
  }
}

}  // namespace

TEST_CASE("course logs: analyze gives the notebook's tables", "[analysis][data]") {
  const std::filesystem::path logs = shared_data("course_logs");
  if (logs.empty()) return;
  for (const std::string experiment : {"INDEXED", "TOP_POP"}) {
    check_against_notebook(FakeStore({read_by_hand(logs / (experiment + ".json.gz"), experiment)}), logs, experiment);
  }
}

TEST_CASE("course logs: so does analyze on the imported store, with both logs in it", "[analysis][data]") {
  const std::filesystem::path logs = shared_data("course_logs");
  if (logs.empty()) return;
  const TemporaryDirectory directory;
  storage::SqliteStore store(directory / "logs.db", {.access = storage::SqliteStore::Access::write});
  const imports::BotifyImport imported = imports::import_botify_log(
      {logs / "INDEXED.json.gz", logs / "TOP_POP.json.gz"}, store, *parse_timestamp("2026-11-24"));
  CHECK(imported.events == 160'330);
  for (const std::string experiment : {"INDEXED", "TOP_POP"}) check_against_notebook(store, logs, experiment);
}
