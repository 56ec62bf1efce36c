#pragma once

#include <vector>

#include "platform/analysis/report/report.h"

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

struct JudgedTreatment {
  const MetricReport* metric = nullptr;  // the primary one
  const Comparison* primary = nullptr;
  std::vector<Guard> guards;
  bool ahead = false;      // wins in the primary metric, guardrails apart
  bool no_effect = false;  // the planned sample is there, and every effect that matters is excluded
  State state = State::open;
};

// Points into `report`, whose comparisons have `deciding`. The primary metric comes first in it.
std::vector<JudgedTreatment> judge(const Report& report);

}  // namespace crossfade::analysis
