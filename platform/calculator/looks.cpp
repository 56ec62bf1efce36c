#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "platform/calculator/families.h"
#include "platform/calculator/output.h"
#include "platform/stats/looks/group_sequential.h"

namespace crossfade::calculator {

using nlohmann::json;

namespace {

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

}  // namespace

json group_sequential(const Input& input) {
  const std::vector<double> fractions = input.numbers("information_fractions");
  if (fractions.size() > stats::kMostLooks) {
    input.refuse("information_fractions", fmt::format("{} looks, want at most {}", fractions.size(), stats::kMostLooks));
  }
  const auto found = stats::group_sequential(fractions,
                                             {.alpha = test_options(input).alpha, .spending = spending(input)});
  if (!found) return undefined(found.reason());
  return {{"z_bounds", numbers(found->z_bounds)}, {"cumulative_alpha", numbers(found->cumulative_alpha)}};
}

}  // namespace crossfade::calculator
