#include "platform/calculator/calculator.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "platform/calculator/methods.h"
#include "platform/core/error.h"

using namespace crossfade;
using nlohmann::json;

namespace {

// Student's sleep data (Biometrika 6, 1908): Welch's t = 1.8608, 17.776 degrees of freedom, p = 0.07939, as R prints.
constexpr const char* kSleep =
    R"({"control":{"n":10,"sum":7.5,"sum_sq":34.43},"treatment":{"n":10,"sum":23.3,"sum_sq":90.37}})";

json evaluated(const std::string& method, const std::string& input) {
  return calculator::evaluate(json{{"id", "x"}, {"method", method}, {"input", json::parse(input)}});
}

json results_of(const std::string& text) {
  std::istringstream in(text);
  std::ostringstream out;
  const std::size_t count = calculator::calculate(in, "cases.json", ".", out);
  json whole = json::parse(out.str());
  CHECK(whole["schema_version"] == 1);
  CHECK(whole["results"].size() == count);
  return whole["results"];
}

std::string refusal(const std::string& text) {
  std::istringstream in(text);
  std::ostringstream out;
  try {
    calculator::calculate(in, "cases.json", ".", out);
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::user);
    if (text.find("schema_version\":1") == std::string::npos) CHECK(out.str().empty());
    return error.what();
  }
  return "";
}

std::string message(const std::string& method, const std::string& input) {
  const json result = evaluated(method, input);
  CHECK(result["status"] == "undefined");
  CHECK(result["reason"] == "invalid_input");
  CHECK_FALSE(result.contains("p_value"));
  return result.value("message", "");
}

}  // namespace

TEST_CASE("calculator: a case becomes its result", "[calculator]") {
  const json result = evaluated("welch_t", kSleep);
  CHECK(result["id"] == "x");
  CHECK(result["status"] == "ok");
  CHECK(result["estimate"].get<double>() == Approx(1.58));
  CHECK(result["statistic"].get<double>() == Approx(1.8608).epsilon(1e-4));
  CHECK(result["dof"].get<double>() == Approx(17.776).epsilon(1e-4));
  CHECK(result["p_value"].get<double>() == Approx(0.07939).epsilon(1e-4));
  CHECK(result["ci_lower"].get<double>() == Approx(-0.2054832).epsilon(1e-6));
}

TEST_CASE("calculator: an infinite bound is a text", "[calculator]") {
  json input = json::parse(kSleep);
  input["alternative"] = "greater";
  CHECK(evaluated("welch_t", input.dump())["ci_upper"] == "inf");
  input["alternative"] = "less";
  CHECK(evaluated("welch_t", input.dump())["ci_lower"] == "-inf");
}

TEST_CASE("calculator: a bad case never touches the others", "[calculator]") {
  const json results = results_of(std::string(R"({"schema_version":1,"cases":[
    {"id":1,"method":"welch_t","input":{}},
    {"id":2,"method":"alchemy","input":{}},
    {"id":3},
    7,
    {"id":4,"method":"welch_t","input":[1]},
    {"id":5,"method":"welch_t","input":)") +
                                  kSleep + "}]}");
  REQUIRE(results.size() == 6);
  CHECK(results[0] == json::parse(R"({"id":1,"status":"undefined","reason":"invalid_input",
                                      "message":"control: is missing"})"));
  CHECK(results[1] == json::parse(R"({"id":2,"status":"unsupported"})"));
  CHECK(results[2]["message"] == "method: is missing");
  CHECK(results[3]["message"] == "the case is not an object");
  CHECK(results[4]["message"] == "input is not an object");
  CHECK(results[5]["status"] == "ok");
}

TEST_CASE("calculator: what an input may not be is named by its field", "[calculator]") {
  CHECK(message("welch_t", R"({"control":{"n":10,"sum":7.5,"sum_sq":1},"treatment":{}})") ==
        "control.sum_sq: these sums cannot be");
  CHECK(message("welch_t", R"({"control":{"n":1.5,"sum":7.5,"sum_sq":99},"treatment":{}})") ==
        "control.n: is not a count");
  CHECK(message("welch_t", R"({"control":{"n":-3,"sum":7.5,"sum_sq":99},"treatment":{}})") ==
        "control.n: is not a count");
  CHECK(message("welch_t", R"({"control":{"n":3,"sum":"7","sum_sq":99},"treatment":{}})") ==
        "control.sum: is not a number");
  for (const char* alpha : {"0", "1", "-0.05", "2"}) {
    json input = json::parse(kSleep);
    input["alpha"] = json::parse(alpha);
    CHECK(message("welch_t", input.dump()) == "alpha: is outside (0, 1)");
  }
  CHECK(message("srm", R"({"observed":[5,-1],"weights":[1,1]})") == "observed: holds what is not a count");
  CHECK(message("quantile_raw", R"({"control":[[1],[null]],"treatment":[],"nu":0.5})") ==
        "control: holds what is not a number");
  CHECK(message("ratio_delta", R"({"control":{"n":2,"m_sum":1,"m_sum_sq":1,"d_sum":2,"d_sum_sq":2,"md_sum":9}})") ==
        "control: these sums cannot be");
}

TEST_CASE("calculator: undefined is said with its reason, without numbers", "[calculator]") {
  const json result = evaluated("welch_t", R"({"control":{"n":1,"sum":1,"sum_sq":1},
                                              "treatment":{"n":5,"sum":5,"sum_sq":9}})");
  CHECK(result == json::parse(R"({"id":"x","status":"undefined","reason":"insufficient_data"})"));
}

TEST_CASE("calculator: a file that is no list of cases is refused", "[calculator]") {
  CHECK(refusal("[]") == "cases.json: is an array, want an object with schema_version and cases");
  CHECK(refusal("{}") == "cases.json: schema_version: is missing, want 1");
  CHECK(refusal(R"({"cases":[{"id":"a","method":"srm","input":{}}]})") ==
        "cases.json: schema_version: is missing, want 1");
  CHECK(refusal(R"({"schema_version":1})") == "cases.json: cases: is missing, want an array");
  CHECK(refusal(R"({"schema_version":2,"cases":[]})") == "cases.json: schema_version: is 2, want 1");
  CHECK(refusal(R"({"schema_version":1,"cases":{}})") == "cases.json: cases: is not an array");
  CHECK(refusal("{\"schema_version\":1,\n\"cases\":[{]}").starts_with("cases.json: parse error at line 2, column 11"));
}

TEST_CASE("calculator: no cases, no results", "[calculator]") {
  CHECK(results_of(R"({"schema_version":1,"cases":[]})").empty());
}

TEST_CASE("calculator: a file is read case by case", "[calculator]") {
  // A source that counts how far it was read when the first result appears.
  struct Source : std::stringbuf {
    using std::stringbuf::stringbuf;
    std::size_t position() { return static_cast<std::size_t>(gptr() - eback()); }
  };
  std::string text = R"({"schema_version":1,"cases":[)";
  for (int i = 0; i < 1000; ++i) text += std::string(i == 0 ? "" : ",") + R"({"id":0,"method":"srm","input":{}})";
  text += "]}";
  Source source(text, std::ios::in);
  struct Sink : std::stringbuf {
    Source& source;
    std::size_t at_first_result = 0;
    explicit Sink(Source& from) : source(from) {}
    std::streamsize xsputn(const char* bytes, std::streamsize size) override {
      if (at_first_result == 0 &&
          std::string_view(bytes, static_cast<std::size_t>(size)).find("status") != std::string_view::npos)
        at_first_result = source.position();
      return std::stringbuf::xsputn(bytes, size);
    }
  } sink(source);
  std::istream in(&source);
  std::ostream out(&sink);
  CHECK(calculator::calculate(in, "cases.json", ".", out) == 1000);
  CHECK(sink.at_first_result > 0);
  CHECK(sink.at_first_result < 200);
}

// An "id" of 100 000 brackets ended the program: JSON is read without recursion, but copied and written with it.
TEST_CASE("calculator: a case that is nested too deeply is refused, and no other", "[calculator]") {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const json results = results_of(R"({"schema_version":1,"cases":[{"id":)" + deep +
                                  R"(,"method":"srm"},{"id":"b","method":"srm","input":{"x":)" + deep +
                                  R"(}},{"id":"c","method":"alchemy","input":{}}]})");
  REQUIRE(results.size() == 3);
  CHECK(results[0]["message"] == "the case is nested more than 32 deep");
  CHECK_FALSE(results[0].contains("id"));
  CHECK(results[1]["id"] == "b");
  CHECK(results[1]["message"] == "the case is nested more than 32 deep");
  CHECK(results[2]["status"] == "unsupported");
}

// 3 000 looks took 20 to 30 s.
TEST_CASE("calculator: looks are bounded", "[calculator]") {
  json fractions = json::array();
  for (int i = 1; i <= 301; ++i) fractions.push_back(i / 301.0);
  CHECK(message("group_sequential", json{{"information_fractions", fractions}}.dump()) ==
        "information_fractions: 301 looks, want at most 300");
}

// What each option is called, and that what is missing is as it was.
TEST_CASE("calculator: options of quantile_raw", "[calculator]") {
  json input = json::parse(R"({"control":[[0,1],[1,1,2],[2],[0,3,1],[4],[1,2,5]],
                               "treatment":[[1,1],[3,1,2],[2,2],[0,3,4],[6],[1,2,3]],"nu":0.5})");
  CHECK(evaluated("quantile_raw", input.dump())["control_quantile"] == 1);
  input["ties"] = "mid";
  CHECK(evaluated("quantile_raw", input.dump())["control_quantile"].get<double>() == Approx(1.5));
  input["nu"] = 0.99;
  CHECK(evaluated("quantile_raw", input.dump())["status"] == "ok");
  input["clamp"] = false;
  CHECK(evaluated("quantile_raw", input.dump())["reason"] == "insufficient_data");
  input["ties"] = "random";
  CHECK(message("quantile_raw", input.dump()) == "ties: want order or mid");
}

TEST_CASE("calculator: a ratio by jackknife has its units", "[calculator]") {
  const json result =
      evaluated("ratio_delta", R"({"variance":"jackknife","control":{"m":[1,0,3,0,2,1,0],"d":[2,1,4,0,7,1,0]},
                                                   "treatment":{"m":[2,1,0,4,2,3],"d":[2,3,0,5,2,9]}})");
  CHECK(result["p_value"].get<double>() == Approx(0.69657580487109363));
  CHECK(message("ratio_delta", R"({"variance":"jackknife","control":{"m":[1],"d":[]},"treatment":{"m":[],"d":[]}})") ==
        "control.d: has 0 values, m has 1");
  CHECK(message("ratio_delta", R"({"variance":"hc3"})") == "variance: want delta or jackknife");
}

TEST_CASE("calculator: a clustered trend has its units' days, in any order", "[calculator]") {
  const json result = evaluated("effect_trend", R"({"variance":"clustered",
      "control":[["a",2,4],["a",0,1],["a",1,2],["b",0,3],["b",2,5],["c",0,2],["c",1,1],["d",1,6],["d",2,2],["e",0,5]],
      "treatment":[[1,0,4],[1,1,3],[1,2,3],[2,0,6],[2,1,5],[3,1,7],[3,2,2],[4,0,3],[4,2,4]]})");
  CHECK(result["slope"].get<double>() == Approx(-1.1603053435114504));
  CHECK(result["slope_standard_error"].get<double>() == Approx(0.90427414650944305));
  CHECK(result["estimates"].size() == 3);
  CHECK(message("effect_trend", R"({"variance":"clustered","control":[["a",1]],"treatment":[]})") ==
        "control: holds what is not [unit, day, value]");
}

TEST_CASE("calculator: Fieller's likelihood is of the lift", "[calculator]") {
  json input = json::parse(R"({"control":{"n":200,"sum":2000,"sum_sq":20796},"likelihood":"fieller",
      "treatment":{"n":250,"sum":2562.5,"sum_sq":27510.625},"prior":{"mean":0,"sd":0.05}})");
  CHECK(evaluated("bayesian", input.dump())["chance_to_win"].get<double>() == Approx(0.87849324351797109));
  CHECK(evaluated("bayesian", input.dump())["prior_conflict"].get<double>() == Approx(0.64065407881740873));
  input["prior"] = nullptr;
  CHECK(evaluated("bayesian", input.dump())["reason"] == "invalid_input");
  input.erase("likelihood");
  CHECK(evaluated("bayesian", input.dump())["prior_conflict"].is_null());
}

TEST_CASE("calculator: t statistics at the looks of a plan", "[calculator]") {
  json input = json::parse(R"({"information_fractions":[0.5,1],"statistics":[3.2],"dof":[18]})");
  const json result = evaluated("group_sequential", input.dump());
  CHECK(result["z_bounds"][0].get<double>() == Approx(2.9625880427276));
  CHECK(result["z_statistics"][0].get<double>() == Approx(2.8094586079580526));
  CHECK(result["reject"] == json::array({false}));
  input.erase("dof");
  CHECK(evaluated("group_sequential", input.dump())["reject"] == json::array({true}));
  input["statistics"] = {1, 2, 3};
  CHECK(message("group_sequential", input.dump()) == "statistics: has more values than there are looks");
}

TEST_CASE("calculator: what a test that stopped early has shown", "[calculator]") {
  const json result = evaluated("group_sequential_estimate", R"({"information_fractions":[0.2,0.4,1],"standard_error":1,
      "z_bounds":[3.0366296758836837,2.5534910089036384,2.030716655550908],"estimate":2.9})");
  CHECK(result["p_value"].get<double>() == Approx(2 * 0.0074535505).epsilon(1e-6));
  CHECK(result["estimate"].get<double>() == Approx(std::log(2.4764002) * std::sqrt(38.0) / 2).epsilon(1e-6));
}

TEST_CASE("calculator: a planned size", "[calculator]") {
  json input = json::parse(R"({"control_mean":10,"sd":10,"lift":0.2})");
  CHECK(evaluated("planned_size", input.dump())["n_control_ceil"] == 393);
  input["n_control"] = 393;
  CHECK(evaluated("planned_power", input.dump())["power"].get<double>() == Approx(0.8).margin(1e-3));
  CHECK(evaluated("planned_mde", input.dump())["mde_lift"].get<double>() == Approx(0.2).margin(1e-3));
  input["looks"] = {{"type", "group_sequential"}, {"information_fractions", {0.5, 1}}};
  CHECK(evaluated("planned_size", input.dump())["inflation"].get<double>() > 1);
  input["looks"] = {{"type", "always_valid"}};
  CHECK(evaluated("planned_size", input.dump())["inflation"].get<double>() == Approx(1.915).margin(1e-3));
  input["looks"] = {{"type", "daily"}};
  CHECK(message("planned_size", input.dump()) == "looks.type: want once, group_sequential or always_valid");
}

TEST_CASE("calculator: off-policy, a tiny effective sample is refused in words", "[calculator]") {
  const std::string input = R"({"reward":[1,0,1,0],"logging_propensity":[0.001,0.5,0.5,0.5],
      "target_propensity":[1,0.5,0.5,0.5],"minimum_ess":2})";
  const json result = evaluated("off_policy", input);
  CHECK(result["reason"] == "insufficient_data");
  CHECK(result["message"] ==
        "1.0 of 4 decisions count, want 2; the mean weight is 250.75, 1 where the propensities are right");
}

TEST_CASE("calculator: the version may stand behind the cases", "[calculator]") {
  CHECK(results_of(R"({"cases":[{"id":1,"method":"none"},{"id":2,"method":"none"}],"schema_version":1})") ==
        results_of(R"({"schema_version":1,"cases":[{"id":1,"method":"none"},{"id":2,"method":"none"}]})"));
}

TEST_CASE("calculator: every method answers its example", "[calculator]") {
  const auto examples = calculator::method_examples();
  CHECK(examples.size() > 40);
  for (const calculator::MethodExample& example : examples) {
    INFO(example.method);
    if (example.method.ends_with("_file")) {  // of files that the tests of files have
      CHECK(json::parse(example.input).contains("path"));
      continue;
    }
    const json result = evaluated(std::string(example.method), std::string(example.input));
    INFO(result.dump());
    CHECK(result["status"] == "ok");
  }
}
