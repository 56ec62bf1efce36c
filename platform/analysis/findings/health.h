#pragma once

#include <cstdint>
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

// `ended`: no unit comes any more, and the chi-square decides.
Srm sample_ratio(std::span<const VariantData> variants, bool equal_weights_assumed, bool ended);
// Of each level of each dimension, p-values times the number of levels (Bonferroni).
std::vector<SegmentSrm> segment_ratios(const ExperimentData& data);

// Calendar days in UTC to the last session that began, both counted, from when one in a hundred of the units had been
// seen: two testers of last week are no week. 0 where nobody was seen. What began in the first `spill_ms` of a day
// belongs to the day before.
int days_of(const ExperimentData& data, std::int64_t spill_ms = 0);

// All but the warnings. `primary` and `budget`: positions of the primary metric and of the session budget in the query;
// a budget of none: not asked for.
Health health_of(const ExperimentData& data, std::string_view primary_name, std::size_t primary,
                 std::optional<std::size_t> budget);

// Those of `all` that are of this experiment and fall into its time: after its first exposure, up to the end of its
// data and before `until`.
std::vector<ConfigurationChange> changes_during(const ExperimentData& data, std::span<const ConfigurationChange> all,
                                                std::optional<Timestamp> until);

// Above the one, a variant's recommender shares its name with others; above the other it is mostly others that
// answered.
inline constexpr double kMuchFallback = 0.1;
inline constexpr double kMostlyFallback = 0.5;

// Adds to health.warnings what is wrong with a report's data; everything else that is found is set.
void add_warnings(Report& report);
// The same of its traffic, where that was asked for.
void add_traffic_warnings(Report& report);

}  // namespace crossfade::analysis
