#include "platform/assignment/conditions/operators.h"

#include <algorithm>

namespace crossfade::assignment {

const std::vector<std::string>& operator_names() {
  static const std::vector<std::string> names = {
      "$and",  "$or",   "$not",     "$nor",        "$eq",  "$ne",   "$lt",     "$lte",   "$gt",     "$gte",
      "$in",   "$nin",  "$ini",     "$nini",       "$all", "$alli", "$exists", "$regex", "$regexi", "$elemMatch",
      "$size", "$type", "$inGroup", "$notInGroup", "$veq", "$vne",  "$vgt",    "$vgte",  "$vlt",    "$vlte"};
  return names;
}

std::optional<Operator> operator_of(std::string_view name) {
  const auto found = std::ranges::find(operator_names(), name);
  if (found == operator_names().end()) return std::nullopt;
  return static_cast<Operator>(found - operator_names().begin());
}

bool combines_conditions(Operator one) {
  return one <= Operator::nor;
}

}  // namespace crossfade::assignment
