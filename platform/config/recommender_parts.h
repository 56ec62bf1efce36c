#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/document.h"
#include "platform/config/load.h"

// Recommenders that name others: as their fallback, or as parts in options of their types.
namespace crossfade::config {

// A place of the file where a recommender names another one.
struct Mention {
  std::string by;
  std::string name;
  Mark mark;
  bool candidates = false;  // only one whose type gives candidates does
};

// What an option of kind recommender or recommenders names; each name is a mention by `by`. Faults: not as the option
// wants it, a name twice, weights that are no weights.
std::vector<RecommenderPart> read_parts(const Entry& entry, const RecommenderOption& option, const std::string& by,
                                        std::vector<Mention>& mentions, Faults& faults);

// Faults: a name that is not one of `names`, one that gives no candidates where they are wanted, recommenders that ask
// themselves, and those that would ask too many.
void check_mentions(const std::vector<RecommenderSpec>& specs, const std::vector<std::string>& names,
                    std::span<const RecommenderType> known_types, const std::vector<Mention>& mentions, Faults& faults);

}  // namespace crossfade::config
