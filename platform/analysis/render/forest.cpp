#include "platform/analysis/render/forest.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "platform/analysis/report/wording.h"

namespace crossfade::analysis {

namespace {

constexpr double kMostStretch = 1;  // of the core's length, on each side

struct Glyphs {
  const char* line;
  const char* left;
  const char* right;
  const char* point;
  const char* zero;
  const char* beyond_left;
  const char* beyond_right;
};
constexpr Glyphs kUnicode = {"─", "├", "┤", "●", "│", "◄", "►"};
constexpr Glyphs kAscii = {"-", "[", "]", "o", "|", "<", ">"};

Interval hull(std::span<const Interval> intervals) {
  Interval all;  // 0 is in it
  for (const Interval& interval : intervals) {
    all.lower = std::min(all.lower, interval.lower);
    all.upper = std::max(all.upper, interval.upper);
  }
  return all;
}

// May lie outside 0 .. width - 1.
int column(const ForestAxis& axis, double value) {
  const double position = (value - axis.lower) / (axis.upper - axis.lower) * (axis.width - 1);
  return static_cast<int>(std::lround(std::clamp(position, -1.0, static_cast<double>(axis.width))));
}

}  // namespace

ForestAxis forest_axis(std::span<const Interval> core, std::span<const Interval> others, int width, bool unicode) {
  const Interval wide = hull(others);
  Interval range = core.empty() ? wide : hull(core);
  const double stretch = kMostStretch * (range.upper - range.lower);
  if (!core.empty()) {
    range.lower = std::min(range.lower, std::max(wide.lower, range.lower - stretch));
    range.upper = std::max(range.upper, std::min(wide.upper, range.upper + stretch));
  }
  if (range.lower == range.upper) range = {.lower = -0.01, .upper = 0.01};
  return {.lower = range.lower, .upper = range.upper, .width = std::max(width, 30), .unicode = unicode};
}

std::string forest_scale(const ForestAxis& axis) {
  const int decimals = decimals_for(50 * (axis.upper - axis.lower), 100 * axis.upper);
  std::string scale(static_cast<std::size_t>(axis.width), ' ');
  const auto put = [&](const std::string& text, int at) {
    const int last = axis.width - static_cast<int>(text.size());
    scale.replace(static_cast<std::size_t>(std::clamp(at, 0, last)), text.size(), text);
  };
  const std::string lower = axis.lower < 0 ? percent(axis.lower, decimals) : "";
  const std::string upper = axis.upper > 0 ? percent(axis.upper, decimals) : "";
  put(lower, 0);
  put(upper, axis.width);
  const int zero = column(axis, 0);
  const bool free = (lower.empty() || zero > static_cast<int>(lower.size())) &&
                    (upper.empty() || zero < axis.width - static_cast<int>(upper.size()) - 1);
  if (free) put("0", zero);
  return scale;
}

std::string forest_line(const ForestAxis& axis, const Interval& interval, double lift) {
  const Glyphs& glyphs = axis.unicode ? kUnicode : kAscii;
  std::vector<std::string> cells(static_cast<std::size_t>(axis.width), " ");
  const int last = axis.width - 1;
  const auto cell = [&](int at) -> std::string& { return cells[static_cast<std::size_t>(std::clamp(at, 0, last))]; };
  const int from = column(axis, interval.lower);
  const int to = column(axis, interval.upper);
  for (int at = std::max(from, 0); at <= std::min(to, last); ++at) cell(at) = glyphs.line;
  cell(column(axis, 0)) = glyphs.zero;
  cell(from) = from < 0 ? glyphs.beyond_left : from > last ? glyphs.beyond_right : glyphs.left;
  cell(to) = to > last ? glyphs.beyond_right : to < 0 ? glyphs.beyond_left : glyphs.right;
  const int point = column(axis, lift);
  if (point >= 0 && point <= last) cell(point) = glyphs.point;
  std::string line;
  for (const std::string& text : cells) line += text;
  return line;
}

}  // namespace crossfade::analysis
