#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "platform/calculator/input.h"

// The methods, one function each, by the names of the format; each maps fields and calls the statistics.
namespace crossfade::calculator {

// means.cpp
nlohmann::json welch_t(const Input& input);
nlohmann::json welch_t_raw(const Input& input);
nlohmann::json relative_lift_delta(const Input& input);
nlohmann::json relative_lift_fieller(const Input& input);
nlohmann::json sequential(const Input& input);
nlohmann::json non_inferiority(const Input& input);
nlohmann::json guardrail(const Input& input);

// counts.cpp
nlohmann::json proportion(const Input& input);
nlohmann::json proportion_t(const Input& input);
nlohmann::json srm(const Input& input);
nlohmann::json srm_sequential(const Input& input);

// ratios.cpp
nlohmann::json ratio_delta(const Input& input);
nlohmann::json linearised(const Input& input);
nlohmann::json cuped_mean(const Input& input);
nlohmann::json cuped_relative_fieller(const Input& input);
nlohmann::json cuped_ratio(const Input& input);

// looks.cpp
nlohmann::json group_sequential(const Input& input);
nlohmann::json group_sequential_estimate(const Input& input);

// corrections.cpp
nlohmann::json multiple_testing(const Input& input);
nlohmann::json fcr_intervals(const Input& input);

// bayesian.cpp
nlohmann::json bayesian(const Input& input);

// planning.cpp
nlohmann::json power(const Input& input);
nlohmann::json sample_size(const Input& input);
nlohmann::json mde(const Input& input);
nlohmann::json mde_relative_delta(const Input& input);
nlohmann::json planned_size(const Input& input);
nlohmann::json planned_power(const Input& input);
nlohmann::json planned_mde(const Input& input);
nlohmann::json additional_users(const Input& input);

// quantiles.cpp
nlohmann::json quantile_summary(const Input& input);
nlohmann::json quantile_raw(const Input& input);

// samples.cpp
nlohmann::json winsorized_welch(const Input& input);
nlohmann::json bootstrap(const Input& input);
nlohmann::json permutation(const Input& input);
nlohmann::json lin_regression(const Input& input);

// parts.cpp
nlohmann::json segment_heterogeneity(const Input& input);
nlohmann::json effect_trend(const Input& input);
nlohmann::json interaction(const Input& input);
nlohmann::json shrinkage(const Input& input);

// decisions.cpp
nlohmann::json off_policy(const Input& input);
nlohmann::json interleaving(const Input& input);

// files.cpp
nlohmann::json sessions_file(const Input& input, const std::filesystem::path& directory);
nlohmann::json events_file(const Input& input, const std::filesystem::path& directory);

}  // namespace crossfade::calculator
