#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace crossfade {

struct JsonMember;

// A value of JSON: an attribute of a unit, or an operand of a condition. Numbers are doubles, as in JavaScript.
struct JsonValue {
  using Array = std::vector<JsonValue>;
  // In the order of the text; each name once.
  using Object = std::vector<JsonMember>;

  // In the order of Kind. Without an initialiser, which clang would instantiate before JsonMember is complete.
  std::variant<std::nullptr_t, bool, double, std::string, Array, Object> value;

  enum class Kind { null, boolean, number, text, array, object };
  Kind kind() const { return static_cast<Kind>(value.index()); }
  const bool* boolean() const { return std::get_if<bool>(&value); }
  const double* number() const { return std::get_if<double>(&value); }
  const std::string* text() const { return std::get_if<std::string>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  const Object* object() const { return std::get_if<Object>(&value); }
  // The member of that name; nullptr: there is none, or this is no object.
  const JsonValue* find(std::string_view name) const;

  bool operator==(const JsonValue& other) const;
};

struct JsonMember {
  std::string name;
  JsonValue value;

  bool operator==(const JsonMember& other) const;
};

}  // namespace crossfade
