#pragma once

#include <string>
#include <vector>

#include "platform/analysis/report/report.h"

// What the renderers for people show alike: numbers rounded to what their uncertainty supports, and words.
namespace crossfade::analysis {

enum class Tone { plain, good, bad };

// One variant of a metric, as texts; empty where there is nothing to show.
struct MetricRow {
  std::string variant;
  std::string n;
  std::string mean;
  std::string effect;
  std::string lift;
  std::string interval;  // of the lift
  std::string p;
  std::string adjusted_p;
  std::string note;         // why something is missing, or what a guardrail says
  Tone tone = Tone::plain;  // of a significant comparison: on the better side or the worse
  bool significant = false;
};

// The side of a significant comparison.
Tone tone_of(const MetricReport& metric, const Comparison& comparison);

// Control first. p and adjusted_p are set for treatments only.
std::vector<MetricRow> rows_of(const MetricReport& metric);

// "primary, higher is better, in track lengths"
std::string description_of(const MetricReport& metric);

struct Line {
  std::string label;
  std::string text;
};

// Health, a line a subject: what is fine and what is not; warnings are not among them.
std::vector<Line> health_lines(const Report& report);

// "95 % interval", with the method where it is not the default
std::string interval_caption(const Report& report);

}  // namespace crossfade::analysis
