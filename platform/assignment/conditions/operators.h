#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade::assignment {

// The names of the language.
enum class Operator : std::uint8_t {
  and_,
  or_,
  not_,
  nor,
  eq,
  ne,
  lt,
  lte,
  gt,
  gte,
  in,
  nin,
  ini,
  nini,
  all,
  alli,
  exists,
  regex,
  regexi,
  elem_match,
  size,
  type,
  in_group,
  not_in_group,
  veq,
  vne,
  vgt,
  vgte,
  vlt,
  vlte,
};

// "$and" and so on; nothing for another name.
std::optional<Operator> operator_of(std::string_view name);
// Of all, in the order of Operator.
const std::vector<std::string>& operator_names();
// Whether it stands where attributes do: $and, $or, $nor, and $not, which stands behind an attribute, too.
bool combines_conditions(Operator one);

}  // namespace crossfade::assignment
