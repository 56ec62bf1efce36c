#pragma once

#include <span>
#include <string>

#include "platform/config/load.h"

namespace crossfade::config {

// What experiments.yaml may be, as JSON Schema (draft-07), from the loader's own table of keys: for editors, which
// complete and underline by it. The loader knows more rules than a schema can say: what it refuses is wrong.
std::string json_schema(std::span<const RecommenderType> known_types);

// The same as a page for people: each section with its keys, in Markdown.
std::string reference();

}  // namespace crossfade::config
