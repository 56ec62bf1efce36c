#include <nlohmann/json.hpp>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/planning/additional_users.h"
#include "platform/stats/planning/mde_relative_delta.h"
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
