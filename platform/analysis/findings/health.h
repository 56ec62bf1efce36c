#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "platform/analysis/question/arrange.h"
#include "platform/analysis/report/report.h"

// Can the numbers be trusted? Each of these is looked at before any effect.
namespace crossfade::analysis {

// Chance below which a mismatch is an alarm: for a test that everybody runs all the time.
inline constexpr double kMismatchP = 0.001;

Srm sample_ratio(std::span<const VariantData> variants, bool equal_weights_assumed);
// Of each level of each dimension, p-values times the number of levels (Bonferroni).
std::vector<SegmentSrm> segment_ratios(const ExperimentData& data);

// All but the warnings. `primary` and `budget`: positions of the primary metric and of the session budget in the query;
// a budget of none: not asked for.
Health health_of(const ExperimentData& data, std::string_view primary_name, std::size_t primary,
                 std::optional<std::size_t> budget);

// Those of `all` that are of this experiment and fall into its time: after its first exposure, up to the end of its
// data and before `until`.
std::vector<ConfigurationChange> changes_during(const ExperimentData& data, std::span<const ConfigurationChange> all,
                                                std::optional<Timestamp> until);

// What is wrong with a report's data, as sentences: srm, exclusions and health.primary_defined and balance are set.
std::vector<std::string> warnings_of(const Report& report);

}  // namespace crossfade::analysis
