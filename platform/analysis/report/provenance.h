#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/core/run.h"

namespace crossfade::analysis {

// Where the data of a report come from, and who made it.
struct Provenance {
  std::string program;            // that analyses: "0.1.0 (1a2b3c4)"; "" where nobody says
  std::vector<Run> runs;          // that may have logged for the experiment, oldest first; the latest kMostRuns
  std::int64_t earlier_runs = 0;  // left out
  // What recommenders served from, oldest first, as the store knows it: the latest kMostServedFiles.
  std::vector<ServedFile> files;
  std::int64_t earlier_files = 0;  // left out
};

inline constexpr std::size_t kMostRuns = 20;
inline constexpr std::size_t kMostServedFiles = 100;

// Of the latest run; none where none is known.
inline std::optional<RunClock> clock_of(const Provenance& provenance) {
  return provenance.runs.empty() ? std::nullopt : std::optional(provenance.runs.back().clock);
}

}  // namespace crossfade::analysis
