#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/calculator/calculator.h"

using namespace crossfade;
using nlohmann::json;

namespace {

json evaluated(const std::string& method, const std::string& input) {
  return calculator::evaluate(json{{"id", "x"}, {"method", method}, {"input", json::parse(input)}});
}

// 18 events in 1 800 units, none in 200.
constexpr const char* kRare =
    R"({"control":{"n":1800,"sum":18,"sum_sq":18},"treatment":{"n":200,"sum":0,"sum_sq":0},"n_star":5000,"margin":0.1})";

json rare(const std::string& method, const char* field = "", const json& value = nullptr) {
  json input = json::parse(kRare);
  if (*field != '\0') input[field] = value;
  return evaluated(method, input.dump());
}

}  // namespace

TEST_CASE("calculator: a conservative sequence is asked for, and is not the default", "[calculator]") {
  CHECK(rare("sequential")["p_value"].get<double>() == Approx(0.002039946388964393));
  CHECK(rare("sequential", "variance", "unpooled") == rare("sequential"));
  CHECK(rare("sequential", "variance", "conservative")["p_value"].get<double>() == Approx(0.9485046340823807));
  CHECK(rare("sequential", "variance", "pooled")["message"] == "variance: want unpooled or conservative");
}

TEST_CASE("calculator: a guardrail's two questions, at every look and at one", "[calculator]") {
  const json found = rare("guardrail");
  CHECK(found["ratio"].get<double>() == Approx(0.9));
  CHECK(found["statistic"].get<double>() == Approx(-1.2908867716474381));
  CHECK(found["harm_p_value"] == 1.0);
  CHECK(found["fixed_harm_p_value"].get<double>() == Approx(0.09900243916977342));
  for (const char* flag : {"harmed", "non_inferior", "fixed_harmed", "fixed_non_inferior"}) CHECK(found[flag] == false);
  CHECK(evaluated("guardrail", R"({"control":{"n":9,"sum":0,"sum_sq":0},"treatment":{"n":9,"sum":0,"sum_sq":0},
                                  "margin":0.1,"n_star":5})")["reason"] == "zero_variance");
}

TEST_CASE("calculator: score intervals of shares without an event", "[calculator]") {
  const json found =
      evaluated("proportion", R"({"control":{"n":50,"successes":0},"treatment":{"n":60,"successes":0}})");
  CHECK(found["score_ratio_lower"] == 0.0);
  CHECK(found["score_ratio_upper"] == "inf");
  CHECK(found["score_difference_upper"].get<double>() == Approx(0.060171852142089868));
  CHECK_FALSE(found.contains("p_value"));
}

TEST_CASE("calculator: raw values, rows, and effects of several experiments", "[calculator]") {
  CHECK(evaluated("permutation", R"({"control":[1,2,3],"treatment":[1,2,3],"replicates":99})")["p_value"] == 1.0);
  CHECK(evaluated("permutation", R"({"control":[1],"treatment":[1],"replicates":0})")["message"] ==
        "replicates: want 1 to 1000000");
  const json fit =
      evaluated("lin_regression", R"({"control":[[1,1],[2,2],[4,3],[4,4]],"treatment":[[2,1],[4,2],[5,4],[7,4]]})");
  CHECK(fit["status"] == "ok");
  CHECK(fit["control_slopes"].size() == 1);
  CHECK(evaluated("lin_regression", R"({"control":[],"treatment":[],"variance":"hc1"})")["message"] ==
        "variance: want hc2 or hc3");
  CHECK(evaluated("shrinkage", R"({"estimates":[0.1,0.3],"standard_errors":[0.1]})")["message"] ==
        "standard_errors: want one for each estimate");
  CHECK(evaluated("shrinkage", R"({"estimates":[0.1,0.3],"standard_errors":[0.1,0.1]})")["posterior_means"].size() ==
        2);
  const json ratio = evaluated("linearised", R"({
    "control":{"n":3,"m_sum":6,"m_sum_sq":14,"d_sum":4,"d_sum_sq":6,"md_sum":9},
    "treatment":{"n":3,"m_sum":6,"m_sum_sq":14,"d_sum":4,"d_sum_sq":6,"md_sum":9}})");
  CHECK(ratio["kappa"] == 1.5);
  CHECK(ratio["estimate"] == 0.0);
}
