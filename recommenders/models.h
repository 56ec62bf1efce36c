#pragma once

#include "recommenders/registry.h"

// The types that the registry lists. Each is defined in the file of its name (random_type in random.cpp), which has
// nothing else to declare; docs/recommenders.md describes what they serve.
namespace crossfade::recommenders {

Type random_type();
Type top_pop_type();
Type sticky_artist_type();
Type user_lists_type();
Type item_to_item_type();

}  // namespace crossfade::recommenders
