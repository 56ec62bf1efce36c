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
json test_result(const Test& test, const stats::Moments& control, const stats::Moments& treatment) {
  json result{{"estimate", test.estimate},
              {"standard_error", test.standard_error},
              {"dof", test.dof},
              {"statistic", number(test.statistic)},
              {"p_value", test.p_value},
              {"control_mean", control.mean()},
              {"treatment_mean", treatment.mean()}};
  set_bounds(result, test.interval);
  return result;
}

}  // namespace

json welch_result(const stats::Moments& control, const stats::Moments& treatment, const stats::TestOptions& options,
                  double null_difference) {
  const auto test = stats::welch_t(control, treatment, options, null_difference);
  return test ? test_result(*test, control, treatment) : undefined(test.reason());
}

json delta_result(const stats::Moments& control, const stats::Moments& treatment, const stats::TestOptions& options) {
  const auto test = stats::relative_lift_delta(control, treatment, options);
  return test ? test_result(*test, control, treatment) : undefined(test.reason());
}

json difference_result(const stats::Moments& control, const stats::Moments& treatment,
                       const stats::TestOptions& options, stats::Difference difference) {
  return difference == stats::Difference::relative ? delta_result(control, treatment, options)
                                                   : welch_result(control, treatment, options);
}

}  // namespace crossfade::calculator
