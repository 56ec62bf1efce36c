#include "platform/assignment/conditions/condition.h"

namespace crossfade::assignment {

struct Condition::Node {};

Condition::Condition() = default;

Condition::Condition(const JsonValue& /*written*/, const Groups& /*groups*/) {}

bool Condition::holds(const JsonValue& /*attributes*/) const {
  return true;
}

}  // namespace crossfade::assignment
