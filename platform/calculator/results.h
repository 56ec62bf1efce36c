#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"

// Results that several methods have in common.
namespace crossfade::calculator {

nlohmann::json welch_result(const stats::Moments& control, const stats::Moments& treatment,
                            const stats::TestOptions& options, double null_difference = 0);
nlohmann::json delta_result(const stats::Moments& control, const stats::Moments& treatment,
                            const stats::TestOptions& options);
// One or the other.
nlohmann::json difference_result(const stats::Moments& control, const stats::Moments& treatment,
                                 const stats::TestOptions& options, stats::Difference difference);

}  // namespace crossfade::calculator
