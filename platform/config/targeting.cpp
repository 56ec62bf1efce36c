#include "platform/config/targeting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace crossfade::config {

namespace {

// Whole numbers up to here are doubles of their own: an id beyond it would be another one's, too.
constexpr double kMostExact = 9007199254740991;

// The scalar as a value of JSON; null (a fault) for what is none there.
JsonValue read_scalar(const Entry& entry, Faults& faults) {
  const std::optional<Value> scalar = scalar_of(entry.value);
  if (!scalar) return {};
  if (const bool* const truth = std::get_if<bool>(&*scalar)) return {*truth};
  if (std::holds_alternative<std::string>(*scalar)) {
    if (auto text = entry.text(faults)) return {std::move(*text)};
    return {};
  }
  const auto* const whole = std::get_if<std::int64_t>(&*scalar);
  const double number = whole != nullptr ? static_cast<double>(*whole) : std::get<double>(*scalar);
  if (std::isfinite(number) && std::abs(number) <= kMostExact) return {number};
  entry.refuse(faults, std::isfinite(number)
                           ? "a number below 2^53, beyond which digits are lost, or a text (in quotes)"
                           : "a number that JSON has, or a text (in quotes)");
  return {};
}

JsonValue read_json(const Entry& entry, std::string_view where, Faults& faults) {
  if (entry.value.IsNull()) return {};
  if (entry.value.IsScalar()) return read_scalar(entry, faults);
  if (entry.value.IsSequence()) {
    JsonValue::Array items;
    for (const YAML::Node& item : entry.value) {
      items.push_back(read_json({.key = entry.key, .mark = mark_of(item), .value = item}, where, faults));
    }
    return {std::move(items)};
  }
  JsonValue::Object members;
  const Map map{entry, where, {}, faults};
  for (const Entry& member : map.entries()) {
    members.push_back({.name = member.key, .value = read_json(member, where, faults)});
  }
  return {std::move(members)};
}

// Where `path`, which was found in what was read from `entry`, leads to. By recursion: YAML::Node's assignment changes
// the tree.
Mark mark_of(const Entry& entry, std::span<const std::string> path, bool at_name) {
  if (path.empty()) return at_name ? entry.mark : entry.value_mark();
  const std::string& name = path.front();
  if (entry.value.IsSequence()) {
    const YAML::Node item = entry.value[std::stoul(name)];
    return mark_of({.key = name, .mark = config::mark_of(item), .value = item}, path.subspan(1), at_name);
  }
  for (const auto& pair : entry.value) {
    if (!pair.first.IsScalar() || pair.first.Scalar() != name) continue;
    const Entry member{.key = name, .mark = config::mark_of(pair.first), .value = pair.second};
    return mark_of(member, path.subspan(1), at_name);
  }
  return entry.value_mark();
}

}  // namespace

assignment::Groups read_groups(const Entry& entry, Faults& faults) {
  assignment::Groups groups;
  const Map map{entry, "in groups", {}, faults};
  for (const Entry& one : map.entries()) {
    if (!is_name(one.key)) {
      faults.add(one.mark, fmt::format("group is called {}, want {}", in_quotes(one.key), kNameRule));
    }
    const auto items = one.list(faults, "value of a group", "a list of values");
    JsonValue::Array& values = groups[one.key];
    if (!items) continue;
    for (const Entry& item : *items) {
      if (item.value.IsSequence() || item.value.IsMap()) {
        item.refuse(faults, "null, true, false, a number or a text: no other is equal to an attribute");
      } else {
        values.push_back(read_json(item, "", faults));
      }
    }
  }
  return groups;
}

JsonValue read_targeting(const Entry& entry, const assignment::GroupSets& groups, Faults& faults) {
  if (!entry.value.IsMap()) {
    entry.refuse(faults, "a map of attributes and what they must be, such as {country: {$in: [SE, NO]}}");
    return {};
  }
  const std::size_t faults_before = faults.size();
  JsonValue written = read_json(entry, "in targeting", faults);
  if (faults.size() > faults_before) return {};
  const assignment::Condition condition{written, groups};
  for (const assignment::ConditionFault& fault : condition.faults()) {
    faults.add(mark_of(entry, fault.path, fault.at_name), fault.message);
  }
  if (condition.is_empty()) return {};
  return written;
}

}  // namespace crossfade::config
