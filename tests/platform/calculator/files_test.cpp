// The calculator's methods that read a file.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "platform/calculator/calculator.h"
#include "platform/files/csv_reader.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

using namespace crossfade;
using nlohmann::json;

namespace {

json result_of(const std::filesystem::path& directory, const std::string& method, const json& input) {
  std::istringstream in(
      json{{"schema_version", 1}, {"cases", {{{"id", "x"}, {"method", method}, {"input", input}}}}}.dump());
  std::ostringstream out;
  calculator::calculate(in, "cases.json", directory, out);
  return json::parse(out.str())["results"][0];
}

const json& row(const json& result, const std::string& treatment, const std::string& metric) {
  for (const json& one : result.at("rows")) {
    if (one["treatment"] == treatment && one["metric"] == metric) return one;
  }
  FAIL("no row for " << treatment << " and " << metric);
  return result;
}

}  // namespace

TEST_CASE("calculator: sessions of a file, by user and variant", "[calculator]") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "s.csv") << "user,variant,session,time\n"
                                        "1,C,a,1\n1,C,b,3\n2,C,c,2\n3,T,d,4\n4,T,e,6\n4,T,f,2\n1,T,g,3\n";
  const json result = result_of(directory.path(), "sessions_file", {{"path", "s.csv"}, {"control", "C"}});
  REQUIRE(result["status"] == "ok");
  CHECK(result["rows"].size() == 3);
  const json& time = row(result, "T", "time");  // 4, 2 against 4, 8, 3: user 1 is two units
  CHECK(time["n_control"] == 2);
  CHECK(time["n_treatment"] == 3);
  CHECK(time["control_mean"] == 3.0);
  CHECK(time["treatment_mean"] == 5.0);
  CHECK(time["effect_pct"].get<double>() == Approx(200.0 / 3));
  // As SciPy's ttest_ind(equal_var=False) says.
  CHECK(time["p_value"].get<double>() == Approx(0.353748301396).epsilon(1e-8));
  CHECK(time["significant"] == false);
  CHECK(row(result, "T", "mean_time_per_session")["treatment_mean"].get<double>() == Approx(11.0 / 3));
  CHECK(row(result, "T", "sessions")["control_mean"] == 1.5);
}

TEST_CASE("calculator: a file that cannot be used leaves its case undefined", "[calculator]") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "s.csv") << "user,variant,session,time\n1,C,a,1\n1,C,b,x\n";
  std::ofstream(directory / "e.json") << "{\"message\": \"next\"\n";
  const auto undefined = [&](const char* method, const json& input, const std::string& with) {
    const json result = result_of(directory.path(), method, input);
    INFO(result);
    CHECK(result["status"] == "undefined");
    CHECK(result["reason"] == "invalid_input");
    CHECK(result.value("message", "").find(with) != std::string::npos);
  };
  undefined("sessions_file", {{"path", "none.csv"}, {"control", "C"}}, "none.csv");
  undefined("sessions_file", {{"path", "s.csv"}, {"control", "C"}}, "s.csv:3:7: time is \"x\", want a number");
  undefined("events_file", {{"path", "e.json"}, {"experiment", "E"}, {"control", "C"}}, "e.json:1:");
  undefined("sessions_file", {{"control", "C"}}, "path");
  std::ofstream(directory / "t.csv") << "user,variant,session,time\n1,C,a,1\n";
  undefined("sessions_file", {{"path", "t.csv"}, {"control", "D"}}, "nobody is in this variant; the file has C");
  undefined("sessions_file", {{"path", "t.csv"}, {"control", "C"}}, "want a treatment beside it");
  std::ofstream(directory / "empty.csv") << "user,variant,session,time\n";
  undefined("sessions_file", {{"path", "empty.csv"}, {"control", "C"}}, "nobody is in any variant");
}

TEST_CASE("calculator: a control mean below 0 leaves bounds in their order", "[calculator]") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "s.csv") << "user,variant,session,time\n1,C,a,-4\n2,C,b,-2\n3,T,c,-1\n4,T,d,-3\n";
  const json result = result_of(directory.path(), "sessions_file", {{"path", "s.csv"}, {"control", "C"}});
  const json& time = row(result, "T", "time");
  CHECK(time["effect_pct"].get<double>() == Approx(-100.0 / 3));  // as the notebook divides
  CHECK(time["lower_pct"].get<double>() < time["effect_pct"].get<double>());
  CHECK(time["effect_pct"].get<double>() < time["upper_pct"].get<double>());
}

TEST_CASE("calculator: events are cut into sessions at each last", "[calculator]") {
  const TemporaryDirectory directory;
  const auto line = [](const char* message, int at, int user, double time, const char* variant) {
    return json{{"message", message},  {"timestamp", 1'700'000'000'000 + at},
                {"user", user},        {"track", 1},
                {"time", time},        {"latency", 0.002},
                {"recommendation", 2}, {"experiments", {{"E", variant}}}}
               .dump() +
           "\n";
  };
  std::ofstream(directory / "e.json") << line("last", 20, 1, 0.5, "C") << line("next", 10, 1, 1, "C")
                                      << line("next", 30, 1, 1, "C") << line("next", 5, 2, 1, "C")
                                      << line("last", 6, 3, 0.25, "T") << line("last", 7, 4, 0.75, "T");
  const json result =
      result_of(directory.path(), "events_file", {{"path", "e.json"}, {"experiment", "E"}, {"control", "C"}});
  REQUIRE(result["status"] == "ok");
  CHECK(result["events"] == 6);
  CHECK(result["closed_sessions"] == 3);
  CHECK(result["open_sessions_dropped"] == 2);
  CHECK(result["rows"].size() == 5);
  CHECK(row(result, "T", "time")["control_mean"] == 0.75);  // 1.5 and 0
  CHECK(row(result, "T", "mean_tracks_per_session")["control_mean"] == 2.0);
  CHECK(row(result, "T", "mean_tracks_per_session")["n_control"] == 1);
  CHECK(row(result, "T", "mean_request_latency")["treatment_mean"].get<double>() == Approx(2));
}

TEST_CASE("calculator: the logs of the course give its notebook's table", "[calculator]") {
  const auto logs = shared_data("course_logs");
  if (logs.empty()) return;
  for (const std::string name : {"INDEXED", "TOP_POP"}) {
    const json result =
        result_of(logs, "events_file", {{"path", name + ".json.gz"}, {"experiment", name}, {"control", "C"}});
    REQUIRE(result["status"] == "ok");
    files::CsvReader table(logs / (name + ".csv"));
    int rows = 0;
    while (const auto want = table.next()) {
      const auto field = [&](const char* column) { return std::string((*want)[table.require(column)]); };
      const json& one = row(result, field("treatment"), field("metric"));
      INFO(name << " " << field("metric"));
      const auto same = [&](const char* ours, const char* theirs) {
        CHECK(one[ours].get<double>() == Approx(std::stod(field(theirs))).epsilon(1e-9));
      };
      same("effect_pct", "effect");
      same("lower_pct", "lower");
      same("upper_pct", "upper");
      same("control_mean", "control_mean");
      same("treatment_mean", "treatment_mean");
      CHECK(one["n_control"] == std::stoi(field("control_count")));
      CHECK(one["n_treatment"] == std::stoi(field("treatment_count")));
      CHECK(one["significant"] == (field("significant") == "True"));
      ++rows;
    }
    CHECK(rows == 5);
  }
}
