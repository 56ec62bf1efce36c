#pragma once

#include "recommenders/registry.h"

// The types that the registry lists. Each is defined in the file of its name (random_type in random.cpp, those that
// rank in rank/, those that choose among what others give in policy/), which has nothing else to declare;
// docs/recommenders.md describes what they serve.
namespace crossfade::recommenders {

Type random_type();
Type top_pop_type();
Type sticky_artist_type();
Type user_lists_type();
Type item_to_item_type();
Type mixture_type();
Type history_item_to_item_type();
Type rank_fusion_type();
Type sequential_type();
Type embeddings_type();
Type rerank_type();
Type cascade_type();
Type epsilon_greedy_type();
Type thompson_type();
Type linucb_type();
Type process_type();  // both in external_types.cpp
Type http_type();

}  // namespace crossfade::recommenders
