#include <nlohmann/json.hpp>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/calculator/results.h"
#include "platform/stats/decisions/guardrail.h"
#include "platform/stats/decisions/non_inferiority.h"
#include "platform/stats/looks/sequential.h"
#include "platform/stats/means/relative_lift_fieller.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

stats::Moments shifted_moments_of(const std::vector<double>& values, double origin) {
  stats::Moments moments;
  for (const double value : values) moments.add(value - origin);
  return moments;
}

// rho, or n_star, of what follows a confidence sequence.
template <class Options>
void set_mixture(Options& options, const Input& input) {
  if (input.has("rho")) {
    options.rho = input.number("rho");
  } else {
    options.n_star = input.number("n_star");
  }
}

void set_answer(json& result, const stats::GuardrailAnswer& answer, const std::string& name, const char* flag) {
  result[name + "_p_value"] = answer.p_value;
  result["fixed_" + name + "_p_value"] = answer.fixed_p_value;
  result[flag] = answer.always_valid;
  result[std::string("fixed_") + flag] = answer.fixed;
}

}  // namespace

json welch_t(const Input& input) {
  const Arms arms = mean_arms(input);
  return welch_result(arms.control, arms.treatment, test_options(input), input.number("null_difference", 0));
}

// Counted from one of the values: a mean that is large beside the difference would cost that its digits.
json welch_t_raw(const Input& input) {
  const std::vector<double> control = input.numbers("control");
  const std::vector<double> treatment = input.numbers("treatment");
  const double origin = control.empty() ? 0 : control.front();
  json result = welch_result(shifted_moments_of(control, origin), shifted_moments_of(treatment, origin),
                             test_options(input), input.number("null_difference", 0));
  for (const char* mean : {"control_mean", "treatment_mean"}) {
    if (result.contains(mean)) result[mean] = result[mean].get<double>() + origin;
  }
  return result;
}

json relative_lift_delta(const Input& input) {
  const Arms arms = mean_arms(input);
  return delta_result(arms.control, arms.treatment, test_options(input));
}

json relative_lift_fieller(const Input& input) {
  const Arms arms = mean_arms(input);
  const auto lift = stats::relative_lift_fieller(arms.control, arms.treatment, test_options(input));
  if (!lift) return undefined(lift.reason());
  json result{{"estimate", lift->estimate},
              {"dof", lift->dof},
              {"g", number(lift->g)},
              {"ci_type", to_string(lift->type)},
              {"control_mean", arms.control.mean()},
              {"treatment_mean", arms.treatment.mean()}};
  set_bounds(result, lift->interval);
  return result;
}

json sequential(const Input& input) {
  const Arms arms = mean_arms(input);
  stats::SequentialOptions options{.test = test_options(input), .difference = difference_of(input)};
  set_mixture(options, input);
  const std::string variance = input.text("variance", "unpooled");
  if (variance == "conservative") {
    options.variance = stats::DifferenceVariance::conservative;
  } else if (variance != "unpooled") {
    input.refuse("variance", "want unpooled or conservative");
  }
  const auto found = stats::sequential(arms.control, arms.treatment, options);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate},
              {"standard_error", found->standard_error},
              {"rho", found->rho},
              {"p_value", number(found->p_value)}};
  set_bounds(result, found->interval);
  return result;
}

json non_inferiority(const Input& input) {
  const Arms arms = mean_arms(input);
  stats::NonInferiorityOptions options{.margin = input.number("margin"),
                                       .higher_is_better = input.flag("higher_is_better", true),
                                       .alpha = test_options(input).alpha};
  const std::string type = input.text("margin_type", "relative");
  if (type == "absolute") {
    options.difference = stats::Difference::absolute;
  } else if (type != "relative") {
    input.refuse("margin_type", "want absolute or relative");
  }
  const auto found = stats::non_inferiority(arms.control, arms.treatment, options);
  if (!found) return undefined(found.reason());
  return {{"estimate", found->estimate},
          {"statistic", found->statistic},
          {"dof", found->dof},
          {"p_value", found->p_value},
          {"non_inferior", found->non_inferior}};
}

json guardrail(const Input& input) {
  const Arms arms = mean_arms(input);
  stats::GuardrailOptions options{.margin = input.number("margin"),
                                  .higher_is_better = input.flag("higher_is_better", true),
                                  .alpha = test_options(input).alpha};
  set_mixture(options, input);
  const auto found = stats::guardrail(arms.control, arms.treatment, options);
  if (!found) return undefined(found.reason());
  json result{{"ratio", found->ratio}, {"estimate", found->estimate},   {"standard_error", found->standard_error},
              {"dof", found->dof},     {"statistic", found->statistic}, {"multiplier", found->multiplier}};
  set_bounds(result, found->interval);
  set_answer(result, found->harm, "harm", "harmed");
  set_answer(result, found->non_inferiority, "non_inferiority", "non_inferior");
  return result;
}

}  // namespace crossfade::calculator
