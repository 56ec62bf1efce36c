#pragma once

#include <span>
#include <string_view>

#include "platform/core/configuration.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

// The type of that name; nullptr: there is none.
const Type* type_of(std::string_view name);

// Throws Error with every fault of the definitions: unknown types, options that the type does not take, fallbacks and
// parts that are nobody's name, give no candidates where they should, ask themselves or too many. Opens no file.
void check_specs(std::span<const RecommenderSpec> specs);

}  // namespace crossfade::recommenders
