#pragma once

#include "platform/calibration/rerandomise.h"

namespace crossfade::calibration {

// Decides `trust` and says why in `sentence`, from the rates of `metric`.
void judge(MetricCalibration& metric, const Calibration& calibration);

}  // namespace crossfade::calibration
