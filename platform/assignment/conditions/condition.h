#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/core/json_value.h"

namespace crossfade::assignment {

// Saved groups of values, by name.
using Groups = std::map<std::string, JsonValue::Array>;

// What is wrong in a condition, and where: the names and positions that lead to it, "$or", "1", "country".
struct ConditionFault {
  std::vector<std::string> path;
  std::string message;
};

// A condition on the attributes of a unit in GrowthBook's language (https://docs.growthbook.io/lib/build-your-own,
// "Evaluating conditions"): {country: {$in: [SE, NO]}}. Compiled once, then immutable, hence thread-safe.
class Condition {
 public:
  Condition();  // holds for everybody
  // What is wrong in `written` is false where it is evaluated, and stands in faults(). `groups`: those that $inGroup
  // names, of which the condition keeps what it needs.
  Condition(const JsonValue& written, const Groups& groups);

  const std::vector<ConditionFault>& faults() const { return faults_; }
  // Whether it holds for everybody, without a look at attributes.
  bool is_empty() const { return root_ == nullptr; }
  // `attributes`: an object; everything else has no attributes.
  bool holds(const JsonValue& attributes) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::vector<ConditionFault> faults_;
};

}  // namespace crossfade::assignment
