#pragma once

#include <cstdint>
#include <string>

#include "platform/analysis/report/report.h"

// What several readers of a Report read off it alike.
namespace crossfade::analysis {

// Share of units seen in several variants above which nothing can be concluded.
inline constexpr double kMultipleVariantsShare = 0.01;

// Units that take part: those seen in several variants do not.
std::int64_t exposed_units(const Report& report);
// Of all exposed units, those left out because they were seen in several variants; 0 where nobody was seen.
double multiple_variants_share(const Report& report);
// No unit of any variant has a value.
bool not_measured(const MetricReport& metric);
// Nothing more will be seen: stopped, or imported.
bool ended(const Report& report);
// "3 of 7 days"; "" where there are enough.
std::string missing_days(const Report& report);
// How the primary metric is decided: by the plan, else whenever one likes.
SequentialMode mode_of(const Report& report);

}  // namespace crossfade::analysis
