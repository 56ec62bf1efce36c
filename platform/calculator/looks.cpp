#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/looks/group_sequential.h"
#include "platform/stats/looks/group_sequential_estimate.h"
#include "platform/stats/numerics/distributions.h"

namespace crossfade::calculator {

using nlohmann::json;

stats::Spending spending(const Input& input) {
  stats::Spending made;
  if (!input.has("spending")) return made;
  const Input wanted = input.object("spending");
  const std::string type = wanted.text("type");
  if (type == "power") {
    made.type = stats::SpendingType::power;
    made.rho = wanted.number("rho", made.rho);
  } else if (type == "pocock") {
    made.type = stats::SpendingType::pocock;
  } else if (type != "obrien_fleming") {
    wanted.refuse("type", "want power, obrien_fleming or pocock");
  }
  return made;
}

namespace {

// What was seen at the looks so far: t statistics with their degrees of freedom, or z statistics.
void set_rejections(json& result, const Input& input, const std::vector<double>& bounds) {
  std::vector<double> statistics = input.numbers("statistics");
  if (statistics.size() > bounds.size()) input.refuse("statistics", "has more values than there are looks");
  if (input.has("dof")) {
    const std::vector<double> dof = input.numbers("dof");
    if (dof.size() != statistics.size()) input.refuse("dof", "has another number of values than statistics");
    for (std::size_t k = 0; k < dof.size(); ++k) {
      if (!(dof[k] > 0)) input.refuse("dof", "holds what is not above 0");
      statistics[k] = stats::z_of_t(statistics[k], dof[k]);
    }
  }
  result["z_statistics"] = numbers(statistics);
  result["reject"] = json::array();
  for (std::size_t k = 0; k < statistics.size(); ++k) result["reject"].push_back(std::abs(statistics[k]) >= bounds[k]);
}

}  // namespace

json group_sequential_estimate(const Input& input) {
  const std::vector<double> fractions = input.numbers("information_fractions");
  const double alpha = test_options(input).alpha;
  std::vector<double> bounds;
  if (input.has("z_bounds")) {
    bounds = input.numbers("z_bounds");
  } else {
    const auto boundary = stats::group_sequential(fractions, {.alpha = alpha, .spending = spending(input)});
    if (!boundary) return undefined(boundary.reason());
    bounds = boundary->z_bounds;
  }
  const auto found = stats::group_sequential_estimate({.information_fractions = fractions,
                                                       .z_bounds = bounds,
                                                       .estimate = input.number("estimate"),
                                                       .standard_error = input.number("standard_error")},
                                                      alpha);
  if (!found) return undefined(found.reason());
  json result{{"estimate", found->estimate}, {"p_value", found->p_value}};
  set_bounds(result, found->interval);
  return result;
}

json group_sequential(const Input& input) {
  const std::vector<double> fractions = input.numbers("information_fractions");
  if (fractions.size() > stats::kMostLooks) {
    input.refuse("information_fractions",
                 fmt::format("{} looks, want at most {}", fractions.size(), stats::kMostLooks));
  }
  const auto found =
      stats::group_sequential(fractions, {.alpha = test_options(input).alpha, .spending = spending(input)});
  if (!found) return undefined(found.reason());
  json result{{"z_bounds", numbers(found->z_bounds)}, {"cumulative_alpha", numbers(found->cumulative_alpha)}};
  if (input.has("statistics")) set_rejections(result, input, found->z_bounds);
  return result;
}

}  // namespace crossfade::calculator
