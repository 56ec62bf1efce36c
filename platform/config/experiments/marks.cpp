#include "platform/config/experiments/marks.h"

namespace crossfade::config {

std::map<std::string, Mark> marks_of_experiments(const std::string& text) {
  std::map<std::string, Mark> marks;
  try {
    const YAML::Node root = YAML::Load(text);
    for (const char* const list : {"experiments", "holdouts"}) {
      if (!root.IsMap() || !root[list]) continue;
      for (const YAML::Node& experiment : root[list]) {
        if (experiment.IsMap() && experiment["key"]) {
          marks.emplace(experiment["key"].Scalar(), mark_of(experiment["key"]));
        }
      }
    }
  } catch (const YAML::Exception&) {
    marks.clear();
  }
  return marks;
}

}  // namespace crossfade::config
