#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "platform/config/document.h"
#include "platform/config/load.h"

namespace crossfade::config {

namespace {

// Where the key of each experiment stands in `text`; empty where that is no such file.
std::map<std::string, Mark> marks_of_experiments(const std::string& text) {
  std::map<std::string, Mark> marks;
  try {
    const YAML::Node root = YAML::Load(text);
    if (!root.IsMap() || !root["experiments"]) return marks;
    for (const YAML::Node& experiment : root["experiments"]) {
      if (experiment.IsMap() && experiment["key"]) {
        marks.emplace(experiment["key"].Scalar(), mark_of(experiment["key"]));
      }
    }
  } catch (const YAML::Exception&) {
    marks.clear();
  }
  return marks;
}

std::string variant_keys_of(const Experiment& experiment) {
  std::vector<std::string> keys;
  keys.reserve(experiment.variants.size());
  for (const Variant& variant : experiment.variants) keys.push_back(variant.key);
  return joined(keys);
}

std::string variant_weights_of(const Experiment& experiment) {
  std::vector<std::string> weights;
  weights.reserve(experiment.variants.size());
  for (const Variant& variant : experiment.variants) weights.push_back(fmt::format("{}", variant.weight));
  return joined(weights);
}

// A slice of the units: of all of them, or of those that a layer's salt puts in a range.
struct Slice {
  std::string salt;
  double begin = 0;
  double end = 1;

  bool everybody() const { return begin <= 0 && end >= 1; }
  bool holds(const Slice& other) const {
    return everybody() || (salt == other.salt && begin <= other.begin && end >= other.end);
  }
};

Slice slice_of(const Experiment& experiment, const Configuration& configuration) {
  if (!experiment.layer) return {};
  const auto layer = std::ranges::find(configuration.layers, experiment.layer->layer, &Layer::name);
  return {.salt = layer == configuration.layers.end() ? "" : layer->salt,
          .begin = experiment.layer->begin,
          .end = experiment.layer->end};
}

std::string describe(const Slice& slice) {
  if (slice.everybody()) return "all units";
  return fmt::format("[{}, {}] by salt {}", slice.begin, slice.end, in_quotes(slice.salt));
}

// "weights of running experiment "x" changed from 0.5, 0.5 to 0.4, 0.6, want them as they were or a version above 1"
class Changes {
 public:
  Changes(const Experiment& before, Mark mark, Faults& faults) : before_(before), mark_(mark), faults_(faults) {}

  void refuse(std::string_view what, std::string_view from, std::string_view to, std::string_view want) {
    faults_.add(mark_, fmt::format("{} of running experiment {} changed from {} to {}, want {} or a version above {}",
                                   what, in_quotes(before_.key), from, to, want, before_.version));
  }

 private:
  const Experiment& before_;
  Mark mark_;
  Faults& faults_;
};

void compare(const Experiment& before, const Slice& slice_before, const Experiment& after, const Slice& slice_after,
             Changes changes) {
  constexpr std::string_view same = "it as it was";
  constexpr std::string_view wider = "the same or a wider one";
  if (variant_keys_of(before) != variant_keys_of(after)) {
    changes.refuse("the list of variants", variant_keys_of(before), variant_keys_of(after), same);
  } else if (variant_weights_of(before) != variant_weights_of(after)) {
    changes.refuse("the list of weights", variant_weights_of(before), variant_weights_of(after), same);
  }
  if (before.salt != after.salt) changes.refuse("salt", in_quotes(before.salt), in_quotes(after.salt), same);
  if (before.hash != after.hash) changes.refuse("hash", to_string(before.hash), to_string(after.hash), same);
  if (!slice_after.holds(slice_before)) {
    changes.refuse("layer range", describe(slice_before), describe(slice_after), wider);
  }
  if (after.coverage < before.coverage) {
    changes.refuse("coverage", fmt::format("{}", before.coverage), fmt::format("{}", after.coverage),
                   "the same or a larger one");
  }
}

}  // namespace

std::vector<Fault> changes_refused(const Configuration& before, const Configuration& after,
                                   std::string_view file_name) {
  Faults faults{file_name};
  std::map<std::string, Mark> marks = marks_of_experiments(after.text);
  for (const Experiment& now : after.experiments) {
    const auto then = std::ranges::find(before.experiments, now.key, &Experiment::key);
    if (then == before.experiments.end()) continue;
    if (then->status != Status::running || now.status != Status::running) continue;
    const Mark mark = marks[now.key];
    if (now.version < then->version) {
      faults.add(mark, fmt::format("version of running experiment {} fell from {} to {}, want {} or above",
                                   in_quotes(now.key), then->version, now.version, then->version));
    } else if (now.version == then->version) {
      compare(*then, slice_of(*then, before), now, slice_of(now, after), Changes{*then, mark, faults});
    }
  }
  return faults.take();
}

}  // namespace crossfade::config
