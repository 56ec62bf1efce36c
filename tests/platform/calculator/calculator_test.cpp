#include "platform/calculator/calculator.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

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
