#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "platform/config/changes/definition_changes.h"
#include "platform/config/changes/past_runs.h"
#include "platform/config/changes/targeting_changes.h"
#include "platform/config/changes/treatments.h"
#include "platform/config/document.h"
#include "platform/config/experiments/marks.h"

namespace crossfade::config {

namespace {

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
  HashAlgorithm hash = HashAlgorithm::fnv1a_v2;
  double begin = 0;
  double end = 1;

  bool everybody() const { return begin <= 0 && end >= 1; }
  bool holds(const Slice& other) const {
    return everybody() || (salt == other.salt && hash == other.hash && begin <= other.begin && end >= other.end);
  }
};

Slice slice_of(const Experiment& experiment, const std::vector<Layer>& layers) {
  if (!experiment.layer) return {};
  const auto layer = std::ranges::find(layers, experiment.layer->layer, &Layer::name);
  if (layer == layers.end()) return {.salt = "", .begin = experiment.layer->begin, .end = experiment.layer->end};
  return {.salt = layer->salt, .hash = layer->hash, .begin = experiment.layer->begin, .end = experiment.layer->end};
}

std::string describe(const Slice& slice) {
  if (slice.everybody()) return "all units";
  const std::string by = slice.hash == HashAlgorithm::fnv1a_v2 ? "" : fmt::format("{} and ", to_string(slice.hash));
  return fmt::format("[{}, {}] by {}salt {}", slice.begin, slice.end, by, in_quotes(slice.salt));
}

// "weights of running experiment "x" changed from 0.5, 0.5 to 0.4, 0.6, want them as they were or a version above 1"
class Changes {
 public:
  Changes(const Experiment& before, Mark mark, Faults& faults) : before_(before), mark_(mark), faults_(faults) {}

  // "top of recommender charts is 20, was 1 in running experiment "x", want it as it was or a version above 1"
  void refuse_treatment(std::string_view change, std::string_view or_else = "") const {
    faults_.add(mark_, fmt::format("{} in running experiment {}, want it as it was{} or a version above {}", change,
                                   in_quotes(before_.key), or_else, before_.version));
  }

  // "group beta, in the targeting of running experiment "x", has 1 value gone, want it ... or a version above 1"
  void refuse_group(std::string_view group, std::string_view change) const {
    faults_.add(mark_,
                fmt::format("group {}, in the targeting of running experiment {}, has {}, want it so that nobody "
                            "leaves the experiment or a version above {}",
                            group, in_quotes(before_.key), change, before_.version));
  }

  void refuse(std::string_view what, std::string_view from, std::string_view to, std::string_view want) const {
    faults_.add(mark_, fmt::format("{} of running experiment {} changed from {} to {}, want {} or a version above {}",
                                   what, in_quotes(before_.key), from, to, want, before_.version));
  }

 private:
  const Experiment& before_;
  Mark mark_;
  Faults& faults_;
};

void compare(const Experiment& before, const Slice& slice_before, const Experiment& after, const Slice& slice_after,
             const Changes& changes) {
  constexpr std::string_view same = "it as it was";
  constexpr std::string_view wider = "the same or a wider one";
  if (variant_keys_of(before) != variant_keys_of(after)) {
    changes.refuse("the list of variants", variant_keys_of(before), variant_keys_of(after), same);
  } else if (variant_weights_of(before) != variant_weights_of(after)) {
    changes.refuse("the list of weights", variant_weights_of(before), variant_weights_of(after), same);
  }
  if (before.salt != after.salt) changes.refuse("salt", in_quotes(before.salt), in_quotes(after.salt), same);
  if (before.hash != after.hash) changes.refuse("hash", to_string(before.hash), to_string(after.hash), same);
  if (before.unit != after.unit) changes.refuse("unit", before.unit, after.unit, same);
  if (before.prerequisites != after.prerequisites) {
    changes.refuse("the list of prerequisites", prerequisites_of(before), prerequisites_of(after), same);
  }
  if (before.holdout && before.holdout != after.holdout) {
    changes.refuse("scope", before.holdout->layer.empty() ? "everything" : "layer " + before.holdout->layer,
                   !after.holdout || after.holdout->layer.empty() ? "everything" : "layer " + after.holdout->layer,
                   same);
  }
  if (!slice_after.holds(slice_before)) {
    changes.refuse("layer range", describe(slice_before), describe(slice_after), wider);
  }
  if (after.coverage < before.coverage) {
    changes.refuse("coverage", fmt::format("{}", before.coverage), fmt::format("{}", after.coverage),
                   "the same or a larger one");
  }
}

// Units that a running holdout takes out of a running experiment leave it without being asked.
void compare_holdouts(const Experiment& before, const Configuration& then, const Configuration& now,
                      const Changes& changes) {
  for (const Experiment& holdout : now.experiments) {
    if (holdout.status != Status::running || !holds_out(holdout, before)) continue;
    const auto same = [&](const Experiment& one) {
      return one.key == holdout.key && one.status == Status::running && one.salt == holdout.salt &&
             control_of(one).weight >= control_of(holdout).weight && holds_out(one, before);
    };
    if (std::ranges::any_of(then.experiments, same)) continue;
    changes.refuse(
        "the list of those held out", "what it was",
        fmt::format("what holdout {} says ({} of the units)", in_quotes(holdout.key), control_of(holdout).weight),
        "nobody more held out");
  }
}

// Who is eligible: a targeting less, and a value more of a group that lets units in, only bring units in.
void compare_targeting(const Experiment& before, const Configuration& then, const Experiment& after,
                       const Configuration& now, const Changes& changes) {
  if (after.targeting.kind() == JsonValue::Kind::null) return;
  if (!is_same_targeting(before.targeting, after.targeting)) {
    changes.refuse("targeting", targeting_of(before), targeting_of(after), "it as it was, none");
    return;
  }
  for (const GroupChange& change : group_changes(then, now, after.targeting)) {
    if (change.moves_out) changes.refuse_group(change.group, describe(change));
  }
}

void compare_treatments(const TreatmentChanges& treatment, const Changes& changes) {
  for (const std::string& change : treatment.definitions) changes.refuse_treatment(change);
  for (const std::string& change : treatment.files) {
    changes.refuse_treatment(change, ", updates: true in a recommender whose files change by design,");
  }
}

std::vector<Fault> refused_at(std::map<std::string, Mark> marks, const PastRuns& past, const Configuration& after,
                              std::string_view file_name) {
  Faults faults{file_name};
  for (const Experiment& now : after.experiments) {
    const PastRun* const then = past.latest(now.key);
    if (then == nullptr || now.status != Status::running) continue;
    const Mark mark = marks[now.key];
    const int version = then->experiment.version;
    if (now.version < version) {
      faults.add(mark, fmt::format("version of running experiment {} fell from {} to {}, want {} or above",
                                   in_quotes(now.key), version, now.version, version));
    } else if (now.version == version && then->ended) {
      faults.add(mark, fmt::format("version {} of experiment {} ended on {} and is to run again, want a version above "
                                   "{}: what its units did in between was not in it",
                                   version, in_quotes(now.key), to_string(*then->ended), version));
    } else if (now.version == version) {
      const Changes changes{then->experiment, mark, faults};
      compare(then->experiment, slice_of(then->experiment, then->configuration->layers), now,
              slice_of(now, after.layers), changes);
      compare_holdouts(then->experiment, *then->configuration, after, changes);
      compare_targeting(then->experiment, *then->configuration, now, after, changes);
      compare_treatments(treatment_changes(*then->configuration, after, now.key), changes);
    }
  }
  return faults.take();
}

}  // namespace

// Where experiments stand costs as much as reading the text, and mostly nothing is refused.
std::vector<Fault> changes_refused(const PastRuns& past, const Configuration& after, std::string_view file_name) {
  if (refused_at({}, past, after, file_name).empty()) return {};
  return refused_at(marks_of_experiments(after.text), past, after, file_name);
}

}  // namespace crossfade::config
