#pragma once

#include <string>
#include <vector>

#include "platform/core/configuration.h"

// What changed in who is eligible.
namespace crossfade::config {

// {"country":"SE"}, cut where it is long; "none".
std::string targeting_of(const Experiment& experiment);

// Whether two ask the same: the order of attributes and operators does not count, that within a value does.
bool is_same_targeting(const JsonValue& a, const JsonValue& b);

// What became of the values of a group that the targeting of both names.
struct GroupChange {
  std::string group;
  std::size_t gone = 0;
  std::size_t added = 0;
  bool moves_out = false;  // some who were eligible are so no more, not only others in
};
// In order of names; groups that are as they were are left out.
std::vector<GroupChange> group_changes(const Configuration& before, const Configuration& after,
                                       const JsonValue& targeting);

// "2 values gone and 1 more"
std::string describe(const GroupChange& change);

}  // namespace crossfade::config
