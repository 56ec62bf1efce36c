#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report/report.h"

// What the renderers for people show alike: numbers rounded to what their uncertainty supports, and words.
namespace crossfade::analysis {

enum class Tone { plain, good, bad };

// One variant of a metric, as texts; empty where there is nothing to show. Of a comparison that the verdict goes by,
// the numbers are those that decide, and a row below it, `secondary`, has those of a single look.
struct MetricRow {
  std::string variant;  // of a secondary row what its numbers are: "single look"
  std::string n;
  std::string mean;
  std::string effect;
  std::string lift;
  std::string interval;  // of the lift
  std::string p;
  std::string adjusted_p;
  std::string decided_by;  // "always-valid"; "" where the numbers are those of a single look
  std::string note;        // why something is missing, or what a guardrail says
  bool secondary = false;
  Tone tone = Tone::plain;  // of a significant comparison: on the better side or the worse
  bool significant = false;
};

// The side of a significant comparison, by the test that decides where there is one.
Tone tone_of(const MetricReport& metric, const Comparison& comparison);

// The lift and its interval that are shown first of a comparison: those that decide, else those of a single look.
struct ShownLift {
  std::optional<double> lift;
  std::optional<Interval> interval;
  std::string label;  // what decides; "" of a single look
};
ShownLift shown_lift(const Comparison& comparison);

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

// Whether a warning is one of those after which the numbers may be of something else.
bool is_serious(const Report& report, const std::string& warning);

// "95 % interval", with the method where it is not the default
std::string interval_caption(const Report& report);

}  // namespace crossfade::analysis
