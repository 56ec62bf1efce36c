#pragma once

#include <string>
#include <vector>

#include "platform/analysis/analyze.h"
#include "platform/analysis/report.h"

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

inline constexpr int kMostPoints = 15;

// The experiment `options.experiments` names, day by day (UTC), at most kMostPoints of its days, evenly chosen. Each
// point is what `analyze` gives with `until`, and costs a pass over the store: as many run at a time as there are
// processors, two at least. The effects of an INVALID experiment are withheld unless `force`.
Timeline timeline(const Configuration& configuration, const storage::EventStore& store, const AnalyzeOptions& options,
                  bool force);

// On one line, which a newline ends.
std::string render_json(const Timeline& timeline);

}  // namespace crossfade::analysis
