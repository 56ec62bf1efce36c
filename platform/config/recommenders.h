#pragma once

#include <span>
#include <string>
#include <vector>

#include "platform/config/document.h"
#include "platform/config/load.h"

namespace crossfade::config {

struct Recommenders {
  std::vector<RecommenderSpec> specs;  // those without a fault of their own
  std::vector<std::string> names;      // of all that the file names, so that one fault does not make others
};

// `recommenders: {NAME: {type, fallback, updates, option...}}`. Faults: the type's options, and what check_mentions
// finds of fallbacks and parts.
Recommenders read_recommenders(const Entry& entry, std::span<const RecommenderType> known_types, Faults& faults);

// `parameters: {NAME: scalar}`; where there are `recommenders`, `recommender` must be there and name one of them.
Values read_parameters(const Entry& entry, const std::vector<std::string>& recommenders, Faults& faults);

// The parameters of a variant, which override those in `defaults` and have their types; `all` are the names there.
Values read_overrides(const Entry& entry, const Values& defaults, const std::vector<std::string>& all,
                      const std::vector<std::string>& recommenders, Faults& faults);

}  // namespace crossfade::config
