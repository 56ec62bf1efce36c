#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/core/configuration.h"

// Values of a recommender's options, whose names and kinds have been checked by the registry.
namespace crossfade::recommenders {

// Each returns what is given, or `otherwise`.
std::int64_t integer_option(const Values& options, const std::string& name, std::int64_t otherwise);
double number_option(const Values& options, const std::string& name, double otherwise);
bool boolean_option(const Values& options, const std::string& name, bool otherwise);
// Nothing where it is not given.
std::optional<std::string> text_option(const Values& options, const std::string& name);

}  // namespace crossfade::recommenders
