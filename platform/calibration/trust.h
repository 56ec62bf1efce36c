#pragma once

#include "platform/calibration/rerandomise.h"

namespace crossfade::calibration {

// Decides `trust` and `replay_trust`, and says why in their sentences, from the rates of `metric`.
void judge(MetricCalibration& metric, const Calibration& calibration);

}  // namespace crossfade::calibration
