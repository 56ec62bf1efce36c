#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/core/configuration.h"

// GrowthBook's features and experiments as configurations of ours.
namespace crossfade::assignment::testing {

// Nothing for a version that there is not.
std::optional<HashAlgorithm> hash_of_version(double version);

// As its SDKs take them: those that do not fit the variants, or do not sum to 1 within 0.01, are the same for all.
std::vector<double> weights_of(const JsonValue& written, std::size_t variants);

// Its namespaces hash by version 1, whatever the experiment does, seeded by "__" and their names.
Layer layer_of_namespace(std::string_view name);

// A case of the section "feature" or "run": who asks, of what.
struct Question {
  Configuration configuration;
  std::string unit;
  JsonValue attributes;
  std::string parameter;  // whose value is asked
};

// The context and the feature `key`; or why it is none of ours, in a word.
std::optional<Question> question_of_feature(const JsonValue& context, const std::string& key, std::string& why_not);

// The context and the experiment, whose variant is the value of the parameter "variation".
std::optional<Question> question_of_experiment(const JsonValue& context, const JsonValue& experiment,
                                               std::string& why_not);

}  // namespace crossfade::assignment::testing
