#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/analysis/report.h"

// What the numbers of a report say of each treatment by itself.
namespace crossfade::analysis {

// A guardrail metric of one treatment.
struct Guard {
  const MetricReport* metric = nullptr;
  const Comparison* comparison = nullptr;

  // Whatever the looks before: the whole always-valid interval lies beyond the margin.
  bool harmed() const;
  // At this look the fixed-sample interval lies beyond the margin.
  bool failed() const { return comparison->guardrail->failed; }
  // Non-inferior, or measured for nobody: waiting would not help then, and the report warns of it.
  bool passed() const;
};

enum class State { winner, harmed, guardrail_failed, open };

struct Treatment {
  const MetricReport* metric = nullptr;  // the primary one
  const Comparison* primary = nullptr;
  std::vector<Guard> guards;
  bool ahead = false;      // wins in the primary metric, guardrails apart
  bool no_effect = false;  // the planned sample is there, and every effect that matters is excluded
  State state = State::open;
};

// Points into `report`. The primary metric comes first in it.
std::vector<Treatment> judge(const Report& report);

// How the primary metric is decided: by the plan, else whenever one likes.
SequentialMode mode_of(const Report& report);
enum class DecidingInterval { single_look, cuped, always_valid, group_sequential };
const char* to_string(DecidingInterval kind);
// The numbers of a comparison that go with that decision; none where there are none.
struct Deciding {
  // After CUPED, where there is history, but not of a group sequential test.
  std::optional<double> effect;
  std::optional<double> lift;
  std::optional<DecidingInterval> by = std::nullopt;
  std::optional<Interval> interval = std::nullopt;
  std::optional<Interval> lift_interval = std::nullopt;
  bool significant = false;  // the test of the decision finds a difference, or harm is shown, which counts at any time
};
Deciding deciding(const Report& report, const MetricReport& metric, const Comparison& comparison);
// p of the decision, corrected for the number of treatments; none for boundaries.
std::optional<double> deciding_p(const Report& report, const Comparison& comparison);

// Nothing more will be seen: stopped, or imported.
bool ended(const Report& report);

}  // namespace crossfade::analysis
