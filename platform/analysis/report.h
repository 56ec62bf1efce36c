#pragma once

#include <string>

namespace crossfade::analysis {

struct Report {
  std::string experiment;
};

}  // namespace crossfade::analysis
