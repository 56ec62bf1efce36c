#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/assignment/conditions/condition.h"
#include "platform/assignment/conditions/node.h"

namespace crossfade::assignment {

inline bool is_operator_name(const JsonMember& one) {
  return one.name.starts_with('$');
}

// Holds where `node` does not.
inline Condition::Node negation_of(Condition::Node node) {
  Condition::Node negation{.test = Test::none};
  negation.parts.push_back(std::move(node));
  return negation;
}

// While it lives, faults are about what stands below `name`.
class Step {
 public:
  Step(std::vector<std::string>& path, std::string name) : path_(path) { path_.push_back(std::move(name)); }
  ~Step() { path_.pop_back(); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  std::vector<std::string>& path_;
};

// Makes tests of one condition, and gathers what is wrong in it. For one use.
class Compiler {
 public:
  explicit Compiler(const GroupSets& groups) : groups_(groups) {}

  // Of a map of attributes.
  Condition::Node condition(const JsonValue& written);
  std::vector<ConditionFault> take_faults() { return std::move(faults_); }

 private:
  using Node = Condition::Node;

  Node member(const JsonMember& one);
  Node combination(const JsonMember& one, Test test);
  // Of what stands behind an attribute: a value, or a map of operators.
  Node value(const JsonValue& written);
  Node literal(const JsonValue& written);
  Node operation(const JsonMember& one);
  Node equality(const JsonValue& operand, bool negated);
  Node comparison(const JsonValue& operand, Test test);
  Node membership(const JsonValue& operand, bool lower, bool negated);
  Node group_membership(const JsonValue& operand, bool negated);
  Node every(const JsonValue& operand, bool lower);
  Node size(const JsonValue& operand);
  Node any_item(const JsonValue& operand);
  Node expression(const JsonValue& operand, bool insensitive);
  Node kind(const JsonValue& operand);
  Node exists(const JsonValue& operand);
  Node version(const JsonValue& operand, Test test, bool negated);

  // A test more; false (a fault, once) where there are too many, or it is too deep.
  bool has_room();
  void refuse(std::string message);
  // "$in is the text "SE", want a list of values"
  void refuse(const JsonValue& is, std::string_view want);
  void refuse_name(std::string message);
  void refuse_operators_within(const JsonValue& value, const std::string& attribute);

  const GroupSets& groups_;
  std::vector<ConditionFault> faults_;
  std::vector<std::string> path_;
  std::size_t tests_ = 0;
  bool told_room_ = false;
};

}  // namespace crossfade::assignment
