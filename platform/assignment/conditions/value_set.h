#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/core/json_value.h"

namespace crossfade::assignment {

// The operand of $in and its kin, or a group: which null, truth, number or text is one of them. Immutable.
// Lists and maps are never among them: JavaScript compares them by identity.
class ValueSet {
 public:
  ValueSet() = default;
  // `lower`: texts count in lower case.
  explicit ValueSet(const JsonValue::Array& values, bool lower = false);

  // O(log values). Where the set is one of lower case a text is put into lower case first, which allocates.
  bool has(const JsonValue& value) const;
  // Of a list, whether one of its items is among them.
  bool has_any_of(const JsonValue& value) const;

 private:
  bool has_text(std::string_view text) const;

  bool lower_ = false;
  bool null_ = false;
  bool true_ = false;
  bool false_ = false;
  std::vector<double> numbers_;     // in order
  std::vector<std::string> texts_;  // by length, then by bytes
};

}  // namespace crossfade::assignment
