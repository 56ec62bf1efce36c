#include <nlohmann/json.hpp>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/means/bootstrap.h"
#include "platform/stats/means/winsorized_welch.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

// More would take hours.
constexpr std::int64_t kMostReplicates = 1'000'000;

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
  if (input.has("replicates")) {
    const std::int64_t replicates = input.count("replicates");
    if (replicates < 1 || replicates > kMostReplicates) input.refuse("replicates", "want 1 to 1000000");
    options.replicates = static_cast<int>(replicates);
  }
  if (input.has("seed")) options.seed = static_cast<std::uint64_t>(input.count("seed"));
  const auto found = stats::bootstrap(input.numbers("control"), input.numbers("treatment"), options);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate}};
  set_bounds(result, found->interval);
  return result;
}

}  // namespace crossfade::calculator
