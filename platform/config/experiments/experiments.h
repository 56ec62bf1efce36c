#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/assignment/conditions/condition.h"
#include "platform/config/document.h"

namespace crossfade::config {

struct Layers {
  std::vector<Layer> layers;       // those without a fault of their own
  std::vector<Mark> salts;         // where the salt of each stands
  std::vector<std::string> names;  // of all that the file names
};

// `layers: {NAME: {salt, unit, hash}}`; `unit`: the kind of those that do not say.
Layers read_layers(const Entry& entry, const std::string& unit, Faults& faults);

// What the rest of the file says and experiments refer to.
struct Context {
  std::string unit = "user";                     // defaults: {unit}
  HashAlgorithm hash = HashAlgorithm::fnv1a_v2;  // defaults: {hash}
  Values parameters;                             // those without a fault of their own
  std::vector<std::string> parameter_names;      // of all that the file names
  std::vector<std::string> recommenders;
  std::vector<std::string> layers;                 // of all that the file names
  std::map<std::string, std::string> layer_units;  // of those without a fault
  std::vector<std::string> metrics;                // standard ones too
  assignment::GroupSets groups;                    // of all that the file names
  double alpha = 0.05;                             // 1 - confidence level
};

// A prerequisite, and where to point to when the other experiment is not there, or not as it says.
struct LocatedPrerequisite {
  Prerequisite value;
  Mark mark;
  std::vector<Mark> variants;  // of each
};

// An experiment, and where to point to when it does not go together with another one.
struct LocatedExperiment {
  Experiment experiment;
  Mark key;
  Mark salt;   // the key's, where no salt is given
  Mark range;  // the layer's name's, where no range is given
  Mark decided;
  std::vector<LocatedPrerequisite> prerequisites;
  bool layer_is_sound = false;  // nothing in its layer was wrong: the range can be compared with others
};

// `experiments: [{key, ...}]`, each by itself: what it says of its variants, layer, coverage, metrics.
std::vector<LocatedExperiment> read_experiments(const Entry& entry, const Context& context, Faults& faults);

// What experiments and holdouts have in common: key, name, hypothesis, owner, tags, links, status, version, salt,
// metrics, plan.
void read_common(const Map& map, const Context& context, LocatedExperiment& located, Faults& faults);

// "fnv1a-v2", "murmur3-mod" or "fnv1a-v1"; nothing (a fault) for another.
std::optional<HashAlgorithm> read_hash(const Entry& entry, Faults& faults);

}  // namespace crossfade::config
