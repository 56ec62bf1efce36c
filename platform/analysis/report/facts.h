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
// Every unit of every variant has the same value.
bool does_not_vary(const MetricReport& metric);
// Nothing more will be seen: stopped, or imported.
bool ended(const Report& report);
// "3 of 7 days", for which a decision waits; "" where there are enough, and where nothing is to be waited for.
std::string missing_days(const Report& report);
// "one day of data only", of a decision that does not wait for more; "" where there are enough.
std::string few_days(const Report& report);
// Its listeners are simulated.
bool is_simulated(const Report& report);
// The first change that made a variant another treatment under the version that it had; nullptr: there was none.
const ConfigurationChange* first_swap(const Report& report);
// "treatment, on 2026-12-15: it won. Learned: depth helps.", or that nothing was; "" where it is not stopped.
std::string decided_words(const Report& report);
// Whether the effect surely changes with the days since exposure: p < 0.001 after Holm.
bool surely_changes(const EffectTrend& trend);
// "falls by 0.29 a day (p < 1e-12): +1.90 on day 0 since exposure, +0.15 on day 6", of one that surely changes.
std::string trend_words(const EffectTrend& trend);
// What stands between a verdict and following it: "but look at 3 warnings first, 1 of them serious"; "" where all is
// well, and of INVALID, which is the warning.
std::string caution_of(const Report& report);
// Error rate of what decides: the plan's, else that of the configured confidence level, whatever level is shown.
double decision_alpha(const Report& report);
// How the primary metric is decided: by the plan, else whenever one likes.
SequentialMode mode_of(const Report& report);

}  // namespace crossfade::analysis
