#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/stats/moments/moments.h"
#include "platform/stats/numerics/result.h"
#include "platform/stats/numerics/variant_estimate.h"

// Results that several methods have in common.
namespace crossfade::calculator {

// Welch's test of treatment - control = null_difference.
nlohmann::json welch_result(const stats::Moments& control, const stats::Moments& treatment,
                            const stats::TestOptions& options, double null_difference = 0);
// The relative lift by the delta method.
nlohmann::json delta_result(const stats::Moments& control, const stats::Moments& treatment,
                            const stats::TestOptions& options);
// One of the two: the first where `difference` is absolute.
nlohmann::json difference_result(const stats::Moments& control, const stats::Moments& treatment,
                                 const stats::TestOptions& options, stats::Difference difference);
nlohmann::json difference_result(const stats::VariantEstimate& control, const stats::VariantEstimate& treatment,
                                 const stats::TestOptions& options, stats::Difference difference);

}  // namespace crossfade::calculator
