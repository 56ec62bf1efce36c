#include "platform/assignment/conditions/value_set.h"

#include <algorithm>

#include "platform/assignment/conditions/letter_case.h"

namespace crossfade::assignment {

namespace {

// Most texts are told apart by their length alone.
bool precedes(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

ValueSet::ValueSet(const JsonValue::Array& values, bool lower) : lower_(lower) {
  for (const JsonValue& value : values) {
    if (value.kind() == JsonValue::Kind::null) null_ = true;
    if (const bool* const truth = value.boolean()) (*truth ? true_ : false_) = true;
    if (const double* const number = value.number()) numbers_.push_back(*number);
    if (const std::string* const text = value.text()) texts_.push_back(lower ? lower_case(*text) : *text);
  }
  std::ranges::sort(numbers_);
  std::ranges::sort(texts_, precedes);
}

bool ValueSet::has_text(std::string_view text) const {
  const auto found = std::ranges::lower_bound(texts_, text, precedes);
  return found != texts_.end() && *found == text;
}

bool ValueSet::has(const JsonValue& value) const {
  switch (value.kind()) {
    case JsonValue::Kind::null:
      return null_;
    case JsonValue::Kind::boolean:
      return *value.boolean() ? true_ : false_;
    case JsonValue::Kind::number:
      return std::ranges::binary_search(numbers_, *value.number());
    case JsonValue::Kind::text:
      return !texts_.empty() && (lower_ ? has_text(lower_case(*value.text())) : has_text(*value.text()));
    case JsonValue::Kind::array:
    case JsonValue::Kind::object:
      return false;
  }
  return false;
}

bool ValueSet::has_any_of(const JsonValue& value) const {
  const JsonValue::Array* const items = value.array();
  if (items == nullptr) return has(value);
  return std::ranges::any_of(*items, [this](const JsonValue& item) { return has(item); });
}

}  // namespace crossfade::assignment
