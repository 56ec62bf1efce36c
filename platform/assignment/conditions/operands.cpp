// What stands behind each operator.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory_resource>
#include <string>

#include "platform/assignment/conditions/compiler.h"
#include "platform/assignment/conditions/javascript_values.h"
#include "platform/assignment/conditions/letter_case.h"
#include "platform/assignment/conditions/padded_version.h"
#include "platform/assignment/conditions/wording.h"
#include "platform/core/error.h"

namespace crossfade::assignment {

namespace {

using Node = Condition::Node;
using Kind = JsonValue::Kind;

// In the order of Kind.
const std::array<std::string, 6> kKinds = {"null", "boolean", "number", "string", "array", "object"};

bool is_container(const JsonValue& value) {
  return value.kind() == Kind::array || value.kind() == Kind::object;
}

}  // namespace

Node Compiler::equality(const JsonValue& operand, bool negated) {
  if (is_container(operand)) {
    refuse(operand, "null, true, false, a number or a text: it is compared by identity");
  }
  Node node{.test = Test::identical};
  node.operand = operand;
  return negated ? negation_of(std::move(node)) : node;
}

Node Compiler::comparison(const JsonValue& operand, Test test) {
  if (operand.kind() != Kind::number && operand.kind() != Kind::text) refuse(operand, "a number or a text");
  Node node{.test = test};
  node.flag = operand.kind() == Kind::text || is_container(operand);
  if (node.flag) node.text = text_of(operand);
  node.number = number_of(operand);
  return node;
}

Node Compiler::membership(const JsonValue& operand, bool lower, bool negated) {
  const JsonValue::Array* const values = operand.array();
  if (values == nullptr) {
    refuse(operand, "a list of values");
    return {};
  }
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (!is_container((*values)[i])) continue;
    const std::string name = path_.back();
    const Step step{path_, std::to_string(i)};
    refuse(fmt::format("{} has {} among its values, want null, true, false, numbers and texts: nothing equals it", name,
                       describe((*values)[i])));
  }
  Node node{.test = Test::in};
  node.values = std::make_shared<const ValueSet>(*values, lower);
  return negated ? negation_of(std::move(node)) : node;
}

Node Compiler::group_membership(const JsonValue& operand, bool negated) {
  const std::string* const name = operand.text();
  if (name == nullptr) {
    refuse(operand, "the name of a group");
    return {};
  }
  Node node{.test = Test::in};
  node.values = groups_.find(*name);
  if (node.values == nullptr) {
    const std::vector<std::string> names = groups_.names();
    const std::string nearest = nearest_name(*name, names);
    const bool many = names.size() > 10;
    refuse(fmt::format("unknown group {}, want {}{}", in_quotes(*name),
                       names.empty() ? "one that is defined (none is)"
                       : many        ? "one of groups"
                                     : fmt::format("one of {}", fmt::join(names, ", ")),
                       nearest.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(nearest))));
    node.values = std::make_shared<const ValueSet>();
  }
  return negated ? negation_of(std::move(node)) : node;
}

Node Compiler::every(const JsonValue& operand, bool lower) {
  const JsonValue::Array* const values = operand.array();
  if (values == nullptr) {
    refuse(operand, "a list of values");
    return {};
  }
  if (values->size() > Condition::kMostOfAll) {
    refuse(fmt::format("{} has {} values, and {} is the most", path_.back(), values->size(), Condition::kMostOfAll));
    return {};
  }
  Node node{.test = Test::every_part};
  for (std::size_t i = 0; i < values->size(); ++i) {
    const Step step{path_, std::to_string(i)};
    const std::string* const text = (*values)[i].text();
    node.parts.push_back(lower && text != nullptr ? Node{.test = Test::text_in_lower, .text = lower_case(*text)}
                                                  : value((*values)[i]));
  }
  return node;
}

Node Compiler::size(const JsonValue& operand) {
  if (operand.kind() != Kind::number && operand.kind() != Kind::object) {
    refuse(operand, "a number or a map of operators, such as {$gt: 2}");
  }
  Node node{.test = Test::size};
  node.parts.push_back(value(operand));
  return node;
}

Node Compiler::any_item(const JsonValue& operand) {
  const JsonValue::Object* const members = operand.object();
  if (members == nullptr) {
    refuse(operand, "a map of operators or of attributes");
    return {};
  }
  const bool operators = !members->empty() && std::ranges::all_of(*members, is_operator_name);
  Node node{.test = Test::any_item};
  node.parts.push_back(operators ? value(operand) : condition(operand));
  return node;
}

Node Compiler::expression(const JsonValue& operand, bool insensitive) {
  const std::string* const text = operand.text();
  if (text == nullptr) {
    refuse(operand, "a regular expression (in quotes)");
    return {};
  }
  Node node{.test = Test::found};
  node.pattern.emplace(*text, insensitive);
  if (node.pattern->fault().empty()) return node;
  refuse(
      fmt::format("{} is {}, want a regular expression: {}", path_.back(), describe(operand), node.pattern->fault()));
  return {};
}

Node Compiler::kind(const JsonValue& operand) {
  const std::string* const name = operand.text();
  const auto found = name != nullptr ? std::ranges::find(kKinds, *name) : kKinds.end();
  if (found == kKinds.end()) {
    refuse(operand, fmt::format("one of {} (in quotes)", fmt::join(kKinds, ", ")));
    return {};
  }
  return {.test = Test::kind, .number = static_cast<double>(found - kKinds.begin())};
}

Node Compiler::exists(const JsonValue& operand) {
  if (operand.kind() != Kind::boolean) refuse(operand, "true or false");
  return {.test = Test::exists, .flag = is_truthy(operand)};
}

Node Compiler::version(const JsonValue& operand, Test test, bool negated) {
  if (operand.kind() != Kind::text || operand.text()->empty()) {
    refuse(operand, "a version, such as \"1.10.0\" (in quotes)");
  }
  Node node{.test = test};
  node.text = padded_version(operand, *std::pmr::new_delete_resource());
  return negated ? negation_of(std::move(node)) : node;
}

}  // namespace crossfade::assignment
