#include <nlohmann/json.hpp>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/means/bootstrap.h"
#include "platform/stats/means/permutation.h"
#include "platform/stats/means/winsorized_welch.h"
#include "platform/stats/regression/lin_regression.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

// More would take hours.
constexpr std::int64_t kMostReplicates = 1'000'000;

// `replicates` and `seed`, of what resamples.
template <class Options>
void set_draws(Options& options, const Input& input) {
  if (input.has("replicates")) {
    const std::int64_t replicates = input.count("replicates");
    if (replicates < 1 || replicates > kMostReplicates) input.refuse("replicates", "want 1 to 1000000");
    options.replicates = static_cast<int>(replicates);
  }
  if (input.has("seed")) options.seed = static_cast<std::uint64_t>(input.count("seed"));
}

}  // namespace

json winsorized_welch(const Input& input) {
  stats::WinsorizedOptions options{.test = test_options(input)};
  options.upper_quantile = input.number("upper_quantile", options.upper_quantile);
  if (input.has("lower_quantile")) options.lower_quantile = input.number("lower_quantile");
  const auto found = stats::winsorized_welch(input.numbers("control"), input.numbers("treatment"), options);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->welch.estimate},
              {"standard_error", found->welch.standard_error},
              {"dof", found->welch.dof},
              {"statistic", number(found->welch.statistic)},
              {"p_value", found->welch.p_value},
              {"control_mean", found->welch.control_mean},
              {"treatment_mean", found->welch.treatment_mean},
              {"upper_cap", found->upper_cap},
              {"lower_cap", number(found->lower_cap)},
              {"n_capped", found->n_capped}};
  set_bounds(result, found->welch.interval);
  return result;
}

json bootstrap(const Input& input) {
  stats::BootstrapOptions options{.test = test_options(input)};
  const std::string statistic = input.text("statistic", "difference");
  if (statistic == "relative") {
    options.statistic = stats::Difference::relative;
  } else if (statistic != "difference") {
    input.refuse("statistic", "want difference or relative");
  }
  set_draws(options, input);
  const auto found = stats::bootstrap(input.numbers("control"), input.numbers("treatment"), options);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate}};
  set_bounds(result, found->interval);
  return result;
}

json permutation(const Input& input) {
  stats::PermutationOptions options{.alternative = test_options(input).alternative};
  set_draws(options, input);
  const auto found = stats::permutation(input.numbers("control"), input.numbers("treatment"), options);
  if (!found) return undefined(found.reason());
  return {{"estimate", found->estimate}, {"statistic", found->statistic}, {"p_value", found->p_value}};
}

// A unit is [outcome, covariate, ...].
json lin_regression(const Input& input) {
  stats::LinRegressionOptions options{.test = test_options(input)};
  const std::string variance = input.text("variance", "hc2");
  if (variance == "hc3") {
    options.variance = stats::RobustVariance::hc3;
  } else if (variance != "hc2") {
    input.refuse("variance", "want hc2 or hc3");
  }
  const auto found = stats::lin_regression(input.rows("control"), input.rows("treatment"), options);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate},
              {"standard_error", found->standard_error},
              {"dof", found->dof},
              {"statistic", found->statistic},
              {"p_value", found->p_value},
              {"control_mean", found->control.value},
              {"treatment_mean", found->treatment.value},
              {"control_slopes", numbers(found->control_slopes)},
              {"treatment_slopes", numbers(found->treatment_slopes)}};
  set_bounds(result, found->interval);
  return result;
}

}  // namespace crossfade::calculator
