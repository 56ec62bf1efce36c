#pragma once

namespace crossfade::analysis {

struct Interval {
  double lower = 0;
  double upper = 0;

  bool operator==(const Interval&) const = default;
};

}  // namespace crossfade::analysis
