#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/planning/additional_users.h"
#include "platform/stats/planning/mde_relative_delta.h"
#include "platform/stats/planning/planned_test.h"
#include "platform/stats/planning/power.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

stats::Design design(const Input& input) {
  const std::string model = input.text("model", "t");
  if (model != "t" && model != "z") input.refuse("model", "want z or t");
  return {.model = model == "z" ? stats::PowerModel::z : stats::PowerModel::t,
          .sd = input.number("sd"),
          .ratio = input.number("ratio", 1),
          .test = test_options(input)};
}

json named(const char* name, const stats::Result<double>& value) {
  return value ? json{{name, number(*value)}} : undefined(value.reason());
}

}  // namespace

json power(const Input& input) {
  return named("power", stats::power(design(input), input.number("n_control"), input.number("effect")));
}

json sample_size(const Input& input) {
  const auto found = stats::sample_size(design(input), input.number("effect"), input.number("power", 0.8));
  if (!found) return undefined(found.reason());
  return {{"n_control", found->n_control},
          {"n_control_ceil", found->n_control_ceil},
          {"n_treatment_ceil", found->n_treatment_ceil}};
}

json mde(const Input& input) {
  return named("mde", stats::mde(design(input), input.number("n_control"), input.number("power", 0.8)));
}

json mde_relative_delta(const Input& input) {
  const stats::RelativeDesign design{.control_mean = input.number("control_mean"),
                                     .sd = input.number("sd"),
                                     .n_per_variant = input.number("n_per_variant"),
                                     .alpha = test_options(input).alpha};
  return named("mde", stats::mde_relative_delta(design, input.number("power", 0.8)));
}

namespace {

stats::PlannedTest planned_test(const Input& input) {
  stats::PlannedTest test{.control_mean = input.number("control_mean", 0),
                          .variance_reduction = input.number("variance_reduction", 0),
                          .ratio = input.number("ratio", 1),
                          .alpha = test_options(input).alpha,
                          .alternative = test_options(input).alternative,
                          .higher_is_better = input.flag("higher_is_better", true)};
  const std::string metric = input.text("metric", "mean");
  if (metric != "mean" && metric != "ratio" && metric != "proportion") {
    input.refuse("metric", "want mean, ratio or proportion");
  }
  test.proportion = metric == "proportion";
  if (!test.proportion) {
    const double sd = input.number("sd");
    if (sd < 0) input.refuse("sd", "is below 0");
    test.variance = sd * sd;
  }
  if (input.has("margin")) test.margin = input.number("margin");
  if (!input.has("looks")) return test;
  const Input looks = input.object("looks");
  const std::string type = looks.text("type");
  if (type == "group_sequential") {
    test.looks = stats::PlannedLooks::group_sequential;
    test.information_fractions = looks.numbers("information_fractions");
    test.spending = spending(looks);
  } else if (type == "always_valid") {
    test.looks = stats::PlannedLooks::always_valid;
    if (looks.has("n_star")) test.n_star = looks.number("n_star");
  } else if (type != "once") {
    looks.refuse("type", "want once, group_sequential or always_valid");
  }
  return test;
}

// In the metric's unit, or as a lift: a share of |control mean|.
double planned_effect(const Input& input, const stats::PlannedTest& test) {
  if (input.has("lift")) return input.number("lift") * std::abs(test.control_mean);
  return test.margin ? input.number("effect", 0) : input.number("effect");
}

}  // namespace

json planned_size(const Input& input) {
  const stats::PlannedTest test = planned_test(input);
  const auto found = stats::planned_size(test, planned_effect(input, test), input.number("power", 0.8));
  if (!found) return undefined(found.reason());
  return {{"n_control", found->n_control},
          {"n_control_ceil", found->n_control_ceil},
          {"n_treatment_ceil", found->n_treatment_ceil},
          {"inflation", found->inflation}};
}

json planned_power(const Input& input) {
  const stats::PlannedTest test = planned_test(input);
  return named("power", stats::planned_power(test, input.number("n_control"), planned_effect(input, test)));
}

json planned_mde(const Input& input) {
  const stats::PlannedTest test = planned_test(input);
  const auto found = stats::planned_mde(test, input.number("n_control"), input.number("power", 0.8));
  if (!found) return undefined(found.reason());
  json result{{"mde", number(*found)}};
  if (test.control_mean != 0) result["mde_lift"] = *found / std::abs(test.control_mean);
  return result;
}

json additional_users(const Input& input) {
  const Arms arms = mean_arms(input);
  stats::AdditionalUsersOptions options{.target_mde = input.number("target_mde"),
                                        .power = input.number("power", 0.8),
                                        .alpha = test_options(input).alpha};
  if (input.has("sequential")) options.n_star = input.object("sequential").number("n_star");
  const auto found = stats::additional_users(arms.control, arms.treatment, options);
  if (!found) return undefined(found.reason());
  return {{"standard_error", found->standard_error},
          {"power_at_target_mde", found->power_at_target_mde},
          {"scaling_factor", found->scaling_factor},
          {"additional_users", found->additional_users}};
}

}  // namespace crossfade::calculator
