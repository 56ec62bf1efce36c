#include "platform/calculator/results.h"

#include <nlohmann/json.hpp>

#include "platform/calculator/output.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/welch.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

// What tests of a difference and of a lift have in common.
template <class Test>
json test_result(const stats::Result<Test>& found, double control, double treatment) {
  if (!found) return undefined(found.reason());
  const Test& test = *found;
  json result{{"estimate", test.estimate},
              {"standard_error", test.standard_error},
              {"dof", test.dof},
              {"statistic", number(test.statistic)},
              {"p_value", test.p_value},
              {"control_mean", control},
              {"treatment_mean", treatment}};
  set_bounds(result, test.interval);
  return result;
}

}  // namespace

json welch_result(const stats::Moments& control, const stats::Moments& treatment, const stats::TestOptions& options,
                  double null_difference) {
  return test_result(stats::welch_t(control, treatment, options, null_difference), control.mean(), treatment.mean());
}

json delta_result(const stats::Moments& control, const stats::Moments& treatment, const stats::TestOptions& options) {
  return test_result(stats::relative_lift_delta(control, treatment, options), control.mean(), treatment.mean());
}

json difference_result(const stats::Moments& control, const stats::Moments& treatment,
                       const stats::TestOptions& options, stats::Difference difference) {
  return difference == stats::Difference::relative ? delta_result(control, treatment, options)
                                                   : welch_result(control, treatment, options);
}

json difference_result(const stats::VariantEstimate& control, const stats::VariantEstimate& treatment,
                       const stats::TestOptions& options, stats::Difference difference) {
  return difference == stats::Difference::relative
             ? test_result(stats::relative_lift_delta(control, treatment, options), control.value, treatment.value)
             : test_result(stats::welch_t(control, treatment, options), control.value, treatment.value);
}

}  // namespace crossfade::calculator
