#include <nlohmann/json.hpp>
#include <string>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/calculator/results.h"
#include "platform/stats/means/from_sums.h"
#include "platform/stats/quantiles/quantile_raw.h"
#include "platform/stats/quantiles/quantile_summary.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

// Per user: s events at or below the quantile, of n.
stats::RatioMoments clusters(const Input& input) {
  stats::Sums<2> sums{
      .n = input.count("n_clusters"), .sum = {input.number("s_sum"), input.number("n_sum")}, .product = {}};
  sums.product[0][0] = input.number("s_sum_sq");
  sums.product[1][1] = input.number("n_sum_sq");
  sums.product[1][0] = input.number("sn_sum");
  const auto moments = stats::moments_from_sums(sums);
  if (!moments) input.refuse("", "these sums cannot be");
  return *moments;
}

stats::Result<stats::Moments> arm(const Input& input) {
  stats::QuantileSummary summary{.n = input.count("n"),
                                 .n_star = input.number("n_star", input.number("n")),
                                 .nu = input.number("nu"),
                                 .quantile = input.number("quantile"),
                                 .quantile_lower = input.number("quantile_lower"),
                                 .quantile_upper = input.number("quantile_upper")};
  if (input.has("clusters")) summary.clusters = clusters(input.object("clusters"));
  return stats::quantile_moments(summary);
}

}  // namespace

json quantile_summary(const Input& input) {
  const auto control = arm(input.object("control"));
  const auto treatment = arm(input.object("treatment"));
  if (!control) return undefined(control.reason());
  if (!treatment) return undefined(treatment.reason());
  return difference_result(*control, *treatment, test_options(input), difference_of(input));
}

json quantile_raw(const Input& input) {
  const std::string ties = input.text("ties", "order");
  if (ties != "order" && ties != "mid") input.refuse("ties", "want order or mid");
  const stats::QuantileOptions how{.ties = ties == "mid" ? stats::Ties::mid : stats::Ties::order,
                                   .clamp = input.flag("clamp", true)};
  const auto found =
      stats::quantile_raw(input.rows("control"), input.rows("treatment"), input.number("nu"), test_options(input), how);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate},
              {"standard_error", found->standard_error},
              {"control_quantile", found->control_quantile},
              {"treatment_quantile", found->treatment_quantile}};
  set_bounds(result, found->interval);
  return result;
}

}  // namespace crossfade::calculator
