#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/calculator/results.h"
#include "platform/stats/means/cuped_mean.h"
#include "platform/stats/means/cuped_ratio.h"
#include "platform/stats/means/cuped_relative_fieller.h"
#include "platform/stats/ratios/linearised.h"
#include "platform/stats/ratios/ratio.h"
#include "platform/stats/ratios/ratio_jackknife.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

json cuped_result(const stats::Result<stats::Cuped>& found) {
  if (!found) return undefined(found.reason());
  json result{{"theta", found->theta},
              {"estimate", found->estimate},
              {"standard_error", found->standard_error},
              {"dof", found->dof},
              {"statistic", number(found->statistic)},
              {"p_value", found->p_value},
              {"variance_reduction", found->variance_reduction},
              {"control_mean_unadjusted", found->control_mean_unadjusted},
              {"treatment_mean_unadjusted", found->treatment_mean_unadjusted}};
  set_bounds(result, found->interval);
  return result;
}

stats::CupedOptions cuped_options(const Input& input) {
  return {.test = test_options(input), .difference = difference_of(input)};
}

}  // namespace

namespace {

// Of each unit its numerator and its denominator: {"m": [...], "d": [...]}.
stats::Result<stats::VariantEstimate> jackknife(const Input& input) {
  const std::vector<double> numerators = input.numbers("m");
  const std::vector<double> denominators = input.numbers("d");
  if (numerators.size() != denominators.size()) {
    input.refuse("d", fmt::format("has {} values, m has {}", denominators.size(), numerators.size()));
  }
  std::vector<stats::RatioGroup> units;
  units.reserve(numerators.size());
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    units.push_back({.denominator = denominators[i], .numerators = {1, numerators[i], 0}});
  }
  return stats::ratio_jackknife(units);
}

json ratio_by_jackknife(const Input& input) {
  const auto control = jackknife(input.object("control"));
  const auto treatment = jackknife(input.object("treatment"));
  if (!control) return undefined(control.reason());
  if (!treatment) return undefined(treatment.reason());
  return difference_result(*control, *treatment, test_options(input), difference_of(input));
}

}  // namespace

json ratio_delta(const Input& input) {
  const std::string variance = input.text("variance", "delta");
  if (variance != "delta" && variance != "jackknife") input.refuse("variance", "want delta or jackknife");
  if (variance == "jackknife") return ratio_by_jackknife(input);
  const auto control = stats::ratio_moments(ratio_moments(input.object("control")));
  const auto treatment = stats::ratio_moments(ratio_moments(input.object("treatment")));
  if (!control) return undefined(control.reason());
  if (!treatment) return undefined(treatment.reason());
  return difference_result(*control, *treatment, test_options(input), difference_of(input));
}

json linearised(const Input& input) {
  const auto found =
      stats::linearised(ratio_moments(input.object("control")), ratio_moments(input.object("treatment")));
  if (!found) return undefined(found.reason());
  json result = welch_result(found->control, found->treatment, test_options(input));
  if (!result.contains("status")) result["kappa"] = found->kappa;
  return result;
}

json cuped_mean(const Input& input) {
  return cuped_result(stats::cuped_mean(covariate_moments(input.object("control")),
                                        covariate_moments(input.object("treatment")), cuped_options(input)));
}

json cuped_relative_fieller(const Input& input) {
  const auto found = stats::cuped_relative_fieller(covariate_moments(input.object("control")),
                                                   covariate_moments(input.object("treatment")), test_options(input));
  if (!found) return undefined(found.reason());
  json result{{"theta", found->theta},
              {"estimate", found->estimate},
              {"dof", found->dof},
              {"g", number(found->g)},
              {"ci_type", to_string(found->type)}};
  set_bounds(result, found->interval);
  return result;
}

json cuped_ratio(const Input& input) {
  return cuped_result(stats::cuped_ratio(ratio_covariate_moments(input.object("control")),
                                         ratio_covariate_moments(input.object("treatment")), cuped_options(input)));
}

}  // namespace crossfade::calculator
