#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/load.h"
#include "platform/core/configuration.h"

namespace crossfade::runtime {

inline constexpr std::string_view kDefaultConfiguration = "experiments.yaml";

// What experiments.yaml may say of the recommenders that this program has. `files_inside`: files that are not below the
// world's directory are faults; for who opens none it makes no difference where they are.
std::vector<config::RecommenderType> known_recommender_types(bool files_inside = false);

// Reads the configuration that a command works with. Throws Error with all its faults, or when it cannot be read.
Configuration read_configuration(const std::filesystem::path& file, bool files_inside = false);

// As it is at this time: config::in_time.
Configuration read_configuration_now(const std::filesystem::path& file);

// Of a command that can do without, because the store knows experiments of its own: where `file` is "", that of
// experiments.yaml, or an empty one where there is none.
Configuration read_configuration_if_any(const std::string& file);

}  // namespace crossfade::runtime
