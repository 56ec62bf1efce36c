#pragma once

#include <vector>

#include "platform/analysis/report/report.h"

// What the numbers of a report say of each treatment by itself.
namespace crossfade::analysis {

// A guardrail metric of one treatment.
struct Guard {
  const MetricReport* metric = nullptr;
  const Comparison* comparison = nullptr;

  // Whatever the looks before, the loss is larger than the margin.
  bool harmed() const { return comparison->guardrail->harmed; }
  // The single look that was planned finds it larger, and nothing else does yet.
  bool failed() const { return comparison->guardrail->failed; }
  // Non-inferior, or measured for nobody, or the same for everybody: waiting would not help then, and the report says
  // so.
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
  const Report* source = nullptr;       // whose numbers these are
  const storage::Call* call = nullptr;  // of the earlier look whose numbers they are; null: of today
};

// Points into `report`, whose comparisons have `deciding`. The primary metric comes first in it.
std::vector<JudgedTreatment> judge(const Report& report);

}  // namespace crossfade::analysis
