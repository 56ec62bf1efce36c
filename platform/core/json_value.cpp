#include "platform/core/json_value.h"

#include <algorithm>

namespace crossfade {

const JsonValue* JsonValue::find(std::string_view name) const {
  const Object* const members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, name, &JsonMember::name);
  return found == members->end() ? nullptr : &found->value;
}

bool JsonValue::operator==(const JsonValue& other) const {
  return value == other.value;
}

bool JsonMember::operator==(const JsonMember& other) const {
  return name == other.name && value == other.value;
}

}  // namespace crossfade
