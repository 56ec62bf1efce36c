#include "platform/stats/decisions/bayesian.h"

#include <nlohmann/json.hpp>
#include <string>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"

namespace crossfade::calculator {

using nlohmann::json;

json bayesian(const Input& input) {
  const Arms arms = mean_arms(input);
  stats::BayesianOptions options{.prior = std::nullopt,
                                 .difference = difference_of(input),
                                 .inverse = input.flag("inverse", false),
                                 .alpha = test_options(input).alpha};
  if (input.has("prior")) {
    const Input prior = input.object("prior");
    const std::string scale = prior.text("scale", "relative");
    if (scale != "relative" && scale != "absolute") prior.refuse("scale", "want relative or absolute");
    options.prior =
        stats::NormalPrior{.mean = prior.number("mean"),
                           .sd = prior.number("sd"),
                           .scale = scale == "relative" ? stats::Difference::relative : stats::Difference::absolute};
  }
  const std::string likelihood = input.text("likelihood", "delta");
  if (likelihood == "fieller") {
    options.likelihood = stats::Likelihood::fieller;
    if (!input.has("difference")) options.difference = stats::Difference::relative;
  } else if (likelihood != "delta") {
    input.refuse("likelihood", "want delta or fieller");
  }
  const auto found = stats::bayesian(arms.control, arms.treatment, options);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate},
              {"standard_error", found->standard_error},
              {"posterior_mean", found->posterior_mean},
              {"posterior_sd", found->posterior_sd},
              {"chance_to_win", found->chance_to_win},
              {"expected_loss_treatment", found->expected_loss_treatment},
              {"expected_loss_control", found->expected_loss_control},
              {"prior_conflict", number(found->prior_conflict)}};
  set_bounds(result, found->interval);
  return result;
}

}  // namespace crossfade::calculator
