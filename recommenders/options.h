#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/core/configuration.h"

// Options of a recommender, whose names and kinds have been checked: what is given, or the default.
namespace crossfade::recommenders {

std::int64_t integer_option(const Values& options, const std::string& name, std::int64_t otherwise);
double number_option(const Values& options, const std::string& name, double otherwise);
bool boolean_option(const Values& options, const std::string& name, bool otherwise);
std::optional<std::string> text_option(const Values& options, const std::string& name);

}  // namespace crossfade::recommenders
