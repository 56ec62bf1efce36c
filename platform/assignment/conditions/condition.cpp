#include "platform/assignment/conditions/condition.h"

#include <algorithm>
#include <compare>
#include <memory_resource>
#include <set>
#include <utility>

#include "platform/assignment/conditions/compiler.h"
#include "platform/assignment/conditions/javascript_values.h"
#include "platform/assignment/conditions/letter_case.h"
#include "platform/assignment/conditions/node.h"
#include "platform/assignment/conditions/operators.h"
#include "platform/assignment/conditions/padded_version.h"

namespace crossfade::assignment {

namespace {

using Node = Condition::Node;

const JsonValue kNull;

// What stands at a path; null where nothing does, as GrowthBook has it. Lists have their items by position.
const JsonValue& value_at(const JsonValue& attributes, const std::vector<std::string>& path) {
  const JsonValue* value = &attributes;
  for (const std::string& name : path) {
    if (const JsonValue::Array* const items = value->array()) {
      const auto index = array_index(name);
      if (!index || *index >= items->size()) return kNull;
      value = &(*items)[*index];
    } else {
      value = value->find(name);
      if (value == nullptr) return kNull;
    }
  }
  return *value;
}

std::partial_ordering compare(const JsonValue& value, const Node& node) {
  if (const std::string* const text = value.text()) {
    if (node.flag) return compare_texts(*text, node.text);
    return number_of(std::string_view(*text)) <=> node.number;
  }
  if (value.array() == nullptr && value.object() == nullptr) return number_of(value) <=> node.number;
  const std::string text = text_of(value);
  if (node.flag) return compare_texts(text, node.text);
  return number_of(std::string_view(text)) <=> node.number;
}

std::strong_ordering compare_version(const JsonValue& value, const Node& node) {
  std::array<std::byte, 512> storage{};
  std::pmr::monotonic_buffer_resource memory(storage.data(), storage.size());
  return compare_texts(padded_version(value, memory), node.text);
}

bool is_found(const JsonValue& value, const Node& node) {
  if (const std::string* const text = value.text()) return node.pattern->is_found_in(*text);
  return node.pattern->is_found_in(text_of(value));
}

bool holds(const Node& node, const JsonValue& value);

bool any_part(const Node& node, const JsonValue& value) {
  return std::ranges::any_of(node.parts, [&](const Node& part) { return holds(part, value); });
}

bool has_item(const JsonValue::Array& items, const Node& part) {
  return std::ranges::any_of(items, [&](const JsonValue& item) { return holds(part, item); });
}

bool holds_of_list(const Node& node, const JsonValue& value) {
  const JsonValue::Array* const items = value.array();
  if (items == nullptr) return false;
  if (node.test == Test::size) return holds(node.parts.front(), {static_cast<double>(items->size())});
  if (node.test == Test::every_part) {
    return std::ranges::all_of(node.parts, [&](const Node& part) { return has_item(*items, part); });
  }
  return std::ranges::any_of(*items, [&](const JsonValue& item) {
    return item.kind() != JsonValue::Kind::null && holds(node.parts.front(), item);
  });
}

bool holds(const Node& node, const JsonValue& value) {
  switch (node.test) {
    case Test::never:
      return false;
    case Test::all:
      return std::ranges::all_of(node.parts, [&](const Node& part) { return holds(part, value); });
    case Test::any:
      return node.parts.empty() || any_part(node, value);
    case Test::none:
      return !any_part(node, value);
    case Test::attribute:
      return holds(node.parts.front(), value_at(value, node.path));
    case Test::text:
      return has_text(value, node.text);
    case Test::text_in_lower:
      return lower_case(text_of(value)) == node.text;
    case Test::number:
      return number_of(value) == node.number;
    case Test::truth:
      return value.kind() != JsonValue::Kind::null && is_truthy(value) == node.flag;
    case Test::null:
      return value.kind() == JsonValue::Kind::null;
    case Test::same_json:
      return is_same_json(value, node.operand);
    case Test::identical:
      return is_identical(value, node.operand);
    case Test::less:
      return std::is_lt(compare(value, node));
    case Test::at_most:
      return std::is_lteq(compare(value, node));
    case Test::more:
      return std::is_gt(compare(value, node));
    case Test::at_least:
      return std::is_gteq(compare(value, node));
    case Test::exists:
      return (value.kind() != JsonValue::Kind::null) == node.flag;
    case Test::in:
      return node.values->has_any_of(value);
    case Test::kind:
      return static_cast<double>(value.kind()) == node.number;
    case Test::found:
      return is_found(value, node);
    case Test::any_item:
    case Test::every_part:
    case Test::size:
      return holds_of_list(node, value);
    case Test::version_equal:
      return std::is_eq(compare_version(value, node));
    case Test::version_less:
      return std::is_lt(compare_version(value, node));
    case Test::version_at_most:
      return std::is_lteq(compare_version(value, node));
    case Test::version_more:
      return std::is_gt(compare_version(value, node));
    case Test::version_at_least:
      return std::is_gteq(compare_version(value, node));
  }
  return false;
}

void gather_groups(const JsonValue& written, bool negated, std::set<GroupUse>& uses) {
  if (const JsonValue::Array* const items = written.array()) {
    for (const JsonValue& item : *items) gather_groups(item, negated, uses);
  }
  if (written.object() == nullptr) return;
  for (const JsonMember& one : *written.object()) {
    const auto known = operator_of(one.name);
    const std::string* const name = one.value.text();
    const bool group = known == Operator::in_group || known == Operator::not_in_group;
    const bool turns = known == Operator::not_ || known == Operator::nor || known == Operator::not_in_group;
    if (group && name != nullptr) uses.insert({.group = *name, .negated = negated != turns});
    if (!group) gather_groups(one.value, negated != turns, uses);
  }
}

}  // namespace

GroupSets::GroupSets(const Groups& groups) {
  for (const auto& [name, values] : groups) sets_.emplace(name, std::make_shared<const ValueSet>(values));
}

std::shared_ptr<const ValueSet> GroupSets::find(std::string_view name) const {
  const auto found = sets_.find(name);
  return found == sets_.end() ? nullptr : found->second;
}

std::vector<std::string> GroupSets::names() const {
  std::vector<std::string> names;
  for (const auto& [name, values] : sets_) names.push_back(name);
  return names;
}

Condition::Condition() = default;

Condition::Condition(const JsonValue& written, const GroupSets& groups) {
  Compiler compiler{groups};
  auto root = std::make_shared<Node>(compiler.condition(written));
  faults_ = compiler.take_faults();
  if (root->test != Test::all || !root->parts.empty()) root_ = std::move(root);
}

bool Condition::holds(const JsonValue& attributes) const {
  return root_ == nullptr || assignment::holds(*root_, attributes);
}

std::vector<GroupUse> groups_used(const JsonValue& written) {
  std::set<GroupUse> uses;
  gather_groups(written, false, uses);
  return {uses.begin(), uses.end()};
}

}  // namespace crossfade::assignment
