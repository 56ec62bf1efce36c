#pragma once

#include "platform/assignment/conditions/condition.h"
#include "platform/config/document.h"

namespace crossfade::config {

// `groups: {beta: [u1, u2]}`: values that conditions name together. Those without a fault of their own.
assignment::Groups read_groups(const Entry& entry, Faults& faults);

// `targeting: {country: {$in: [SE, NO]}}`, with a fault where each thing stands that is wrong in it. null, which is
// everybody: it asks nothing, or what stands there is no value of JSON.
JsonValue read_targeting(const Entry& entry, const assignment::GroupSets& groups, Faults& faults);

}  // namespace crossfade::config
