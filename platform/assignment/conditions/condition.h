#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/json_value.h"

namespace crossfade::assignment {

class ValueSet;

// Saved groups of values, by name.
using Groups = std::map<std::string, JsonValue::Array>;

// Groups as conditions ask for them, prepared once for all conditions. A copy shares what it holds.
class GroupSets {
 public:
  GroupSets() = default;
  explicit GroupSets(const Groups& groups);

  // Null: there is no such group.
  std::shared_ptr<const ValueSet> find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::map<std::string, std::shared_ptr<const ValueSet>, std::less<>> sets_;
};

// What is wrong in a condition, and where: the names and positions that lead to it, "$or", "1", "country".
struct ConditionFault {
  std::vector<std::string> path;
  bool at_name = false;  // what the last of them is called, not what stands there
  std::string message;
};

// A condition on the attributes of a unit in GrowthBook's language (https://docs.growthbook.io/lib/build-your-own,
// "Evaluating conditions"): {country: {$in: [SE, NO]}}. Compiled once, then immutable, hence thread-safe.
class Condition {
 public:
  // Attributes, operators and what they combine; values of a list do not count.
  static constexpr std::size_t kMostTests = 1000;
  // Lists and maps in one another.
  static constexpr int kDeepest = 32;
  // Values of $all and $alli, each of which is sought in the whole of an attribute.
  static constexpr std::size_t kMostOfAll = 100;

  Condition();  // holds for everybody
  // What is wrong in `written` stands in faults(). Where it cannot be asked it is false; what GrowthBook's SDKs answer
  // all the same (a group that nobody knows is empty) is their answer. `groups`: those that $inGroup names.
  Condition(const JsonValue& written, const GroupSets& groups);
  Condition(const JsonValue& written, const Groups& groups) : Condition(written, GroupSets(groups)) {}

  const std::vector<ConditionFault>& faults() const { return faults_; }
  // Whether it holds for everybody, without a look at attributes.
  bool is_empty() const { return root_ == nullptr; }
  // `attributes`: an object; everything else has no attributes. Never fails. Allocates only where a list or a map is
  // compared with a text, and where case does not count.
  bool holds(const JsonValue& attributes) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::vector<ConditionFault> faults_;
};

// The groups that a condition names. A unit that a new value of a group brings in may be one that it had in before only
// where `negated` is false: behind no $not, $nor or $notInGroup, or behind two.
struct GroupUse {
  std::string group;
  bool negated = false;

  auto operator<=>(const GroupUse&) const = default;
};
std::vector<GroupUse> groups_used(const JsonValue& written);

}  // namespace crossfade::assignment
