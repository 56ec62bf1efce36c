#pragma once

#include <span>
#include <string>

#include "platform/analysis/report/report.h"

// A forest plot of lifts in text: one line an interval, all on one axis.
namespace crossfade::analysis {

struct ForestAxis {
  double lower = 0;  // fractions; lower <= 0 <= upper, lower < upper
  double upper = 0;
  int width = 0;  // in characters
  bool unicode = true;
};

// Holds 0 and `core` as a whole, and of `others` what makes it at most three times as long: an interval that nobody
// could measure well must not squeeze the one that decides. Without `core`, `others` as a whole.
// `width` is at least 30 characters.
ForestAxis forest_axis(std::span<const Interval> core, std::span<const Interval> others, int width, bool unicode);

// "-30 %          0                +60 %", `width` characters.
std::string forest_scale(const ForestAxis& axis);

// "      ├─●─┤    │     ", `width` characters; an arrow where it leaves the axis.
std::string forest_line(const ForestAxis& axis, const Interval& interval, double lift);

}  // namespace crossfade::analysis
