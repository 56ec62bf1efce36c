#include "platform/config/changes/targeting_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/assignment/conditions/condition.h"
#include "platform/core/json_text.h"

namespace crossfade::config {

namespace {

// Of what stands behind the name of an attribute: a value, unless operators stand in it.
bool is_literal(const JsonMember& member) {
  if (member.name.starts_with('$') || member.value.object() == nullptr) return false;
  return std::ranges::none_of(*member.value.object(), [](const JsonMember& one) { return one.name.starts_with('$'); });
}

// In their texts, which tell all values of a group apart.
std::set<std::string> values_of(const Configuration& configuration, const std::string& group) {
  std::set<std::string> values;
  const auto found = configuration.groups.find(group);
  if (found == configuration.groups.end()) return values;
  for (const JsonValue& value : found->second) values.insert(to_json(value));
  return values;
}

std::size_t missing(const std::set<std::string>& from, const std::set<std::string>& in) {
  return static_cast<std::size_t>(std::ranges::count_if(from, [&](const auto& value) { return !in.contains(value); }));
}

}  // namespace

std::string targeting_of(const Experiment& experiment) {
  constexpr std::size_t most = 200;
  if (experiment.targeting.kind() == JsonValue::Kind::null) return "none";
  std::string text = to_json(experiment.targeting);
  if (text.size() <= most) return text;
  std::size_t length = most;
  while ((static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) --length;
  return text.substr(0, length) + "...";
}

bool is_same_targeting(const JsonValue& a, const JsonValue& b) {
  if (a.array() != nullptr && b.array() != nullptr)
    return std::ranges::equal(*a.array(), *b.array(), is_same_targeting);
  if (a.object() == nullptr || b.object() == nullptr) return a == b;
  return a.object()->size() == b.object()->size() && std::ranges::all_of(*a.object(), [&b](const JsonMember& member) {
           const JsonValue* const other = b.find(member.name);
           if (other == nullptr) return false;
           return is_literal(member) ? member.value == *other : is_same_targeting(member.value, *other);
         });
}

std::vector<GroupChange> group_changes(const Configuration& before, const Configuration& after,
                                       const JsonValue& targeting) {
  std::vector<GroupChange> changes;
  for (const assignment::GroupUse& use : assignment::groups_used(targeting)) {
    if (!before.groups.contains(use.group)) continue;  // the targeting is another one, which is told
    const std::set<std::string> then = values_of(before, use.group);
    const std::set<std::string> now = values_of(after, use.group);
    GroupChange change{.group = use.group, .gone = missing(then, now), .added = missing(now, then)};
    if (change.gone == 0 && change.added == 0) continue;
    change.moves_out = (use.negated ? change.added : change.gone) > 0;
    if (changes.empty() || changes.back().group != use.group) {
      changes.push_back(std::move(change));
    } else {
      changes.back().moves_out = changes.back().moves_out || change.moves_out;  // it is named in both ways
    }
  }
  return changes;
}

std::string describe(const GroupChange& change) {
  std::string text;
  if (change.gone > 0) text = fmt::format("{} value{} gone", change.gone, change.gone == 1 ? "" : "s");
  if (change.added > 0) {
    text += fmt::format("{}{} more", text.empty() ? "" : " and ", change.added);
    if (change.gone == 0) text += change.added == 1 ? " value" : " values";
  }
  return text;
}

}  // namespace crossfade::config
