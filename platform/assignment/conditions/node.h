#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/assignment/conditions/condition.h"
#include "platform/assignment/conditions/pattern.h"
#include "platform/assignment/conditions/value_set.h"
#include "platform/core/json_value.h"

namespace crossfade::assignment {

// What is asked of a value.
enum class Test : std::uint8_t {
  never,      // what was written cannot be asked
  all,        // every one of `parts`, of the same value
  any,        // one of `parts`; without parts it holds
  none,       // not any
  attribute,  // the one part, of the value at `path`

  text,           // as a text it is `text`
  text_in_lower,  // the same in lower case, in which `text` is
  number,         // as a number it is `number`
  truth,          // it is not null, and true or not as `flag` says
  null,           // it is null
  same_json,      // as JSON it is `operand`
  identical,      // it is `operand`: the same kind, too
  less,           // than the operand: by texts where both are some, else by numbers
  at_most,
  more,
  at_least,
  exists,         // it is null or not as `flag` says
  in,             // one of `values`; of a list, one of its items
  kind,           // it is of the kind of `operand`
  found,          // `pattern` is found in its text
  any_item,       // it is a list: of one of its items that is not null, the one part
  every_part,     // it is a list: for every one of `parts` it has an item
  size,           // it is a list: of its length, the one part
  version_equal,  // than `text`, a padded version
  version_less,
  version_at_most,
  version_more,
  version_at_least,
};

// One test, with what it needs: the rest is left empty.
// NOLINTBEGIN(readability-redundant-member-init): so that some may be left out where the others are named
struct Condition::Node {
  Test test = Test::never;
  bool flag = false;
  double number = 0;
  std::string text = {};
  std::vector<std::string> path = {};
  std::vector<Node> parts = {};
  JsonValue operand = {};
  std::shared_ptr<const ValueSet> values = nullptr;
  std::optional<Pattern> pattern = std::nullopt;
};
// NOLINTEND(readability-redundant-member-init)

}  // namespace crossfade::assignment
