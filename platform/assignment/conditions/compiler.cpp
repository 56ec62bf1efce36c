#include "platform/assignment/conditions/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/assignment/conditions/operators.h"
#include "platform/assignment/conditions/wording.h"
#include "platform/core/error.h"

namespace crossfade::assignment {

namespace {

using Node = Condition::Node;
using Kind = JsonValue::Kind;

Node conjunction_of(std::vector<Node> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Node all{.test = Test::all};
  all.parts = std::move(parts);
  return all;
}

std::string unknown_operator(std::string_view name) {
  const std::string nearest = nearest_name(name, operator_names());
  if (!nearest.empty()) return fmt::format("unknown operator {}; did you mean {}?", in_quotes(name), nearest);
  return fmt::format("unknown operator {}, want one of {}", in_quotes(name), fmt::join(operator_names(), ", "));
}

}  // namespace

bool Compiler::has_room() {
  ++tests_;
  const bool deep = path_.size() > static_cast<std::size_t>(Condition::kDeepest);
  if (!deep && tests_ <= Condition::kMostTests) return true;
  if (!told_room_) {
    refuse(deep ? fmt::format("a condition deeper than {} levels, which is the most", Condition::kDeepest)
                : fmt::format("a condition of more than {} tests, which is the most", Condition::kMostTests));
  }
  told_room_ = true;
  return false;
}

void Compiler::refuse(std::string message) {
  faults_.push_back({.path = path_, .at_name = false, .message = std::move(message)});
}

void Compiler::refuse(const JsonValue& is, std::string_view want) {
  refuse(fmt::format("{} is {}, want {}", path_.empty() ? "the condition" : path_.back(), describe(is), want));
}

void Compiler::refuse_name(std::string message) {
  faults_.push_back({.path = path_, .at_name = true, .message = std::move(message)});
}

Node Compiler::condition(const JsonValue& written) {
  if (!has_room()) return {};
  const JsonValue::Object* const members = written.object();
  if (members == nullptr) {
    refuse(written, "a map of attributes, such as {country: SE}");
    return {};
  }
  std::vector<Node> parts;
  for (const JsonMember& one : *members) {
    const Step step{path_, one.name};
    parts.push_back(member(one));
  }
  return conjunction_of(std::move(parts));
}

Node Compiler::member(const JsonMember& one) {
  const auto known = operator_of(one.name);
  if (known && !combines_conditions(*known)) {
    refuse_name(
        fmt::format("operator {} stands where an attribute does, want {{attribute: {{{}: ...}}}}", one.name, one.name));
    return {};
  }
  if (known) {
    switch (*known) {
      case Operator::and_:
        return combination(one, Test::all);
      case Operator::or_:
        return combination(one, Test::any);
      case Operator::nor:
        return combination(one, Test::none);
      default:
        break;
    }
    if (one.value.object() != nullptr) return negation_of(condition(one.value));
    refuse(one.value, "a map of attributes, such as {country: SE}");
    return {};
  }
  // An attribute may be called "$groups"; one that is called like an operator is none.
  if (one.name == "$savedGroup") {
    refuse_name("unknown operator \"$savedGroup\", want {attribute: {$inGroup: name}}");
    return {};
  }
  if (is_operator_name(one) && !nearest_name(one.name, operator_names()).empty()) {
    refuse_name(unknown_operator(one.name));
    return {};
  }
  if (!has_room()) return {};
  Node attribute{.test = Test::attribute};
  std::string_view rest = one.name;
  for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    attribute.path.emplace_back(rest.substr(0, dot));
    rest.remove_prefix(dot + 1);
  }
  attribute.path.emplace_back(rest);
  if (const JsonValue::Object* const members = one.value.object()) {
    if (std::ranges::none_of(*members, is_operator_name)) refuse_operators_within(one.value, one.name);
  }
  attribute.parts.push_back(value(one.value));
  return attribute;
}

void Compiler::refuse_operators_within(const JsonValue& value, const std::string& attribute) {
  for (const JsonMember& member : *value.object()) {
    const Step step{path_, member.name};
    if (operator_of(member.name)) {
      refuse_name(fmt::format("operator {} in a map that is compared as a whole, want {} as an attribute's name",
                              member.name, in_quotes(attribute)));
    }
    const JsonValue::Object* const inner = member.value.object();
    if (inner == nullptr || path_.size() >= static_cast<std::size_t>(Condition::kDeepest)) continue;
    refuse_operators_within(member.value, attribute + "." + member.name);
  }
}

Node Compiler::combination(const JsonMember& one, Test test) {
  const JsonValue::Array* const items = one.value.array();
  if (items == nullptr) {
    refuse(one.value, "a list of conditions, such as [{country: SE}, {country: NO}]");
    return {};
  }
  Node node{.test = test};
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Step step{path_, std::to_string(i)};
    node.parts.push_back(condition((*items)[i]));
  }
  // GrowthBook's SDKs take an $or of nothing for true, and a $nor for its opposite.
  if (items->empty() && test == Test::none) return negation_of(Node{.test = Test::all});
  return node;
}

Node Compiler::value(const JsonValue& written) {
  if (!has_room()) return {};
  const JsonValue::Object* const members = written.object();
  const auto operators = members != nullptr ? std::ranges::count_if(*members, is_operator_name) : 0;
  if (operators == 0) return literal(written);
  if (static_cast<std::size_t>(operators) < members->size()) {
    refuse("a map of operators and names, want either: {$gt: 5} tests a value, {a: 5} is one");
    return {};
  }
  std::vector<Node> parts;
  for (const JsonMember& one : *members) {
    const Step step{path_, one.name};
    parts.push_back(operation(one));
  }
  return conjunction_of(std::move(parts));
}

Node Compiler::literal(const JsonValue& written) {
  switch (written.kind()) {
    case Kind::null:
      return {.test = Test::null};
    case Kind::boolean:
      return {.test = Test::truth, .flag = *written.boolean()};
    case Kind::number:
      return {.test = Test::number, .number = *written.number()};
    case Kind::text:
      return {.test = Test::text, .text = *written.text()};
    case Kind::array:
    case Kind::object:
      break;
  }
  Node node{.test = Test::same_json};
  node.operand = written;
  return node;
}

Node Compiler::operation(const JsonMember& one) {
  const auto known = operator_of(one.name);
  if (!known) {
    refuse_name(unknown_operator(one.name));
    return {};
  }
  if (!has_room()) return {};
  const JsonValue& operand = one.value;
  switch (*known) {
    case Operator::and_:
    case Operator::or_:
    case Operator::nor:
      refuse_name(fmt::format("operator {} stands behind an attribute, want it around attributes: {{{}: [{{...}}]}}",
                              one.name, one.name));
      return {};
    case Operator::not_:
      return negation_of(value(operand));
    case Operator::eq:
      return equality(operand, false);
    case Operator::ne:
      return equality(operand, true);
    case Operator::lt:
      return comparison(operand, Test::less);
    case Operator::lte:
      return comparison(operand, Test::at_most);
    case Operator::gt:
      return comparison(operand, Test::more);
    case Operator::gte:
      return comparison(operand, Test::at_least);
    case Operator::in:
      return membership(operand, false, false);
    case Operator::nin:
      return membership(operand, false, true);
    case Operator::ini:
      return membership(operand, true, false);
    case Operator::nini:
      return membership(operand, true, true);
    case Operator::all:
      return every(operand, false);
    case Operator::alli:
      return every(operand, true);
    case Operator::exists:
      return exists(operand);
    case Operator::regex:
      return expression(operand, false);
    case Operator::regexi:
      return expression(operand, true);
    case Operator::elem_match:
      return any_item(operand);
    case Operator::size:
      return size(operand);
    case Operator::type:
      return kind(operand);
    case Operator::in_group:
      return group_membership(operand, false);
    case Operator::not_in_group:
      return group_membership(operand, true);
    case Operator::veq:
      return version(operand, Test::version_equal, false);
    case Operator::vne:
      return version(operand, Test::version_equal, true);
    case Operator::vgt:
      return version(operand, Test::version_more, false);
    case Operator::vgte:
      return version(operand, Test::version_at_least, false);
    case Operator::vlt:
      return version(operand, Test::version_less, false);
    case Operator::vlte:
      return version(operand, Test::version_at_most, false);
  }
  return {};
}

}  // namespace crossfade::assignment
