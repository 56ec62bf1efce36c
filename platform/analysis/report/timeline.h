#pragma once

#include <string>
#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::analysis {

// What the report said of the primary metric at one time: all that was there until then.
struct TimelinePoint {
  Timestamp until;  // not counted itself
  std::vector<VariantUnits> units;
  std::vector<Comparison> comparisons;
};

struct Timeline {
  std::string experiment;
  std::string control;
  std::string metric;  // the primary one; "" where nobody was seen
  Direction direction = Direction::none;
  std::string unit;
  double confidence_level = 0.95;
  std::vector<TimelinePoint> points;  // oldest first, the last one at the end of the data
  std::vector<storage::Look> looks;   // of this version, oldest first
};

}  // namespace crossfade::analysis
