#pragma once

#include <string>
#include <vector>

#include "platform/analysis/report/report.h"

namespace crossfade::analysis {

// A table of texts beside that of the metrics. The first `text_columns` are names, the others numbers.
struct Section {
  std::string title;
  std::string note;  // one sentence; mostly empty
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::size_t text_columns = 2;
};

// What the renderers for people show besides the metrics: chances and precision, CUPED, segments, the effect by day,
// and interactions with other experiments; those that have something to show.
std::vector<Section> sections_of(const Report& report);

}  // namespace crossfade::analysis
