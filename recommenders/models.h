#pragma once

#include "recommenders/registry.h"

// The types of recommenders, each in the file of its name; docs/recommenders.md describes what they serve.
namespace crossfade::recommenders {

Type random_type();
Type top_pop_type();
Type sticky_artist_type();
Type user_lists_type();
Type item_to_item_type();

}  // namespace crossfade::recommenders
