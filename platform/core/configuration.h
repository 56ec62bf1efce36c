#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "platform/core/json_value.h"
#include "platform/core/metric.h"
#include "platform/core/time.h"

namespace crossfade {

// The value of a parameter of a variant or of an option of a recommender.
using Value = std::variant<bool, std::int64_t, double, std::string>;
using Values = std::map<std::string, Value>;

// How a unit becomes a bucket. Their names in experiments.yaml are stored; do not change.
enum class HashAlgorithm {
  fnv1a_v2,     // "fnv1a-v2": GrowthBook's hashVersion 2, 10 000 buckets
  murmur3_mod,  // "murmur3-mod": the course's MurmurHash3 modulo the number of variants, equal weights only
  fnv1a_v1,     // "fnv1a-v1": GrowthBook's hashVersion 1, 1 000 buckets; for experiments that began there
};

// Names in experiments.yaml, in the store and on the page: draft, running, stopped.
enum class Status { draft, running, stopped };

struct Variant {
  std::string key;
  double weight = 0;  // share of the covered units; the weights of an experiment sum to 1
  bool control = false;
  Values parameters;  // override Configuration::parameters for the units of this variant

  bool operator==(const Variant&) const = default;
};

// Experiments of one layer that hold disjoint ranges exclude each other; layers are independent of one another.
struct Layer {
  std::string name;
  std::string salt;
  std::string unit = "user";  // the kind of unit that it splits, and so do its experiments
  // fnv1a-v2, or -v1: with salt "__NAME" the layer is GrowthBook's namespace NAME.
  HashAlgorithm hash = HashAlgorithm::fnv1a_v2;

  bool operator==(const Layer&) const = default;
};

// A slice [begin, end) of a layer's [0, 1).
struct LayerRange {
  std::string layer;
  double begin = 0;
  double end = 1;

  bool operator==(const LayerRange&) const = default;
};

struct Guardrail {
  std::string metric;
  double margin = 0;  // relative loss that is still acceptable: 0.1 = 10 % of the control's mean

  bool operator==(const Guardrail&) const = default;
};

struct MetricRoles {
  std::string primary = "mean_time_per_session";
  std::vector<std::string> secondary;
  std::vector<Guardrail> guardrails;

  bool operator==(const MetricRoles&) const = default;
};

// How an experiment is looked at, and what its error rate therefore holds for.
enum class SequentialMode {
  fixed,             // one look, at the planned sample size
  group_sequential,  // planned looks, the error rate spent over them
  always_valid,      // any number of looks at any time
};

// What was decided before the experiment ran. At least one of mde, sample_size and duration_days is given.
struct Plan {
  double alpha = 0.05;                                     // two-sided error rate, over all treatments
  double power = 0.8;                                      // wanted, for an effect of mde
  std::optional<double> mde = std::nullopt;                // relative effect of the primary metric: 0.02 = 2 %
  std::optional<std::int64_t> sample_size = std::nullopt;  // units in all variants together
  std::optional<int> duration_days = std::nullopt;
  std::optional<int> looks = std::nullopt;  // planned, of group_sequential
  SequentialMode mode = SequentialMode::group_sequential;

  bool operator==(const Plan&) const = default;
};

// What is believed of a lift before there are data: normal.
struct LiftPrior {
  double mean = 0;
  double sd = 0.05;  // > 0

  bool operator==(const LiftPrior&) const = default;
};

// What an experiment has led to: the variant's parameters are what units get from then on.
struct Decided {
  std::string variant;
  Timestamp on;         // for the record; of decisions about one parameter the latest stands
  std::string why;      // "" where nobody says
  std::string learned;  // also what holds whatever was decided

  bool operator==(const Decided&) const = default;
};

// A unit that is in a variant whatever the split says, to look at it. Never analysed.
struct Override {
  std::string unit;
  std::string variant;

  bool operator==(const Override&) const = default;
};

// Only units that are in one of these variants of another experiment take part.
struct Prerequisite {
  std::string experiment;
  std::vector<std::string> variants;

  bool operator==(const Prerequisite&) const = default;
};

// From a time on the coverage is this.
struct RampStep {
  Timestamp from;
  double coverage = 1;

  bool operator==(const RampStep&) const = default;
};

// When an experiment whose status is running does run: start <= t < end.
struct Schedule {
  std::optional<Timestamp> start = std::nullopt;
  std::optional<Timestamp> end = std::nullopt;

  bool operator==(const Schedule&) const = default;
};

// The experiment holds its control's units out of others, so that what these add up to is measured: its control is who
// is held out, its other variant everybody else, who get what they get. `layer`: out of the experiments of that one;
// "": of all.
struct Holdout {
  std::string layer;

  bool operator==(const Holdout&) const = default;
};

struct Experiment {
  std::string key;
  std::string name;  // for people; "" where nobody gave one
  std::string hypothesis;
  std::string owner;
  std::vector<std::string> tags;
  std::map<std::string, std::string> links;  // what it is called -> address
  Status status = Status::draft;
  int version =
      1;  // raised when who gets what changes; the split of a new version is the same, unless the salt changes
  std::string salt;  // seed of the hash; the loader fills in the key where none is given
  HashAlgorithm hash = HashAlgorithm::fnv1a_v2;
  std::string unit = "user";        // the kind of unit that is split; that of its layer, where it has one
  std::optional<LayerRange> layer;  // none: every unit is eligible
  // Which units are eligible, by their attributes: a condition in GrowthBook's language; null: all are.
  JsonValue targeting;
  std::vector<Prerequisite> prerequisites;  // all of them
  std::vector<Override> overrides;
  Schedule schedule;
  std::vector<RampStep> ramp;  // by time, of rising coverage; before the first one, `coverage`
  std::optional<Holdout> holdout;
  double coverage = 1;            // share of the eligible units that take part, 0..1
  std::vector<Variant> variants;  // in the order of the file, which the hash depends on; exactly one is the control
  MetricRoles metrics;
  std::optional<Plan> plan = std::nullopt;
  std::optional<Decided> decided = std::nullopt;  // of a stopped one; none: units get again what they got before it

  bool operator==(const Experiment&) const = default;
};

// A recommender that another one asks: for candidates, or to choose in its place.
struct RecommenderPart {
  std::string recommender;
  double weight = 1;  // relative to that of the other parts; finite, not negative, not all 0

  bool operator==(const RecommenderPart&) const = default;
};

// An instance of a recommender that variants name.
struct RecommenderSpec {
  std::string name;
  std::string type;
  std::string fallback;  // name of the recommender that answers where this one cannot; "" = uniform over the catalogue
  Values options;        // what the type defines: top, file, ...
  // By the option that names them, in the order of the file, each once.
  std::map<std::string, std::vector<RecommenderPart>> parts = {};  // NOLINT(readability-redundant-member-init)
  // Whether its files change by design, by training again: then a variant is the policy with its training. If not,
  // other files are another treatment, which takes a higher version.
  bool updates = false;

  bool operator==(const RecommenderSpec&) const = default;
};

// A file that a recommender serves from, as it was when it was loaded.
struct RecommenderFile {
  std::string recommender;
  std::string file;      // as the recommender's options name it
  std::string checksum;  // of the content, uncompressed (files::checksum_of)

  auto operator<=>(const RecommenderFile&) const = default;
};

// Since when recommenders have served from a file's content.
struct ServedFile {
  Timestamp since;
  RecommenderFile file;

  bool operator==(const ServedFile&) const = default;
};

// experiments.yaml, read and found free of faults. A value: never changed once loaded.
struct Configuration {
  std::string unit = "user";  // the kind of unit that requests name as `unit`; of the others attributes have the id
  std::vector<RecommenderSpec> recommenders;  // in the order of the file; none: a service that recommends by itself
  Values parameters;                          // what a unit gets outside every experiment
  std::vector<MetricDefinition> metrics;      // defined here, besides the standard ones
  std::vector<Dimension> dimensions;          // defined here, besides those that everybody has
  std::vector<Layer> layers;
  std::map<std::string, JsonValue::Array> groups;  // of values, which targeting names: $inGroup
  std::vector<Experiment> experiments;
  double confidence_level = 0.95;
  int minimum_days = 7;  // before which nothing is shipped, where a plan has no duration; of real listeners that go on
  LiftPrior prior;
  std::vector<RecommenderFile> files;  // in order; empty until somebody has loaded the recommenders
  std::string text;                    // the file as it was read
  std::string checksum;  // of the text, 16 hexadecimal digits of FNV-1a 64; stands in the store beside what it produced

  bool operator==(const Configuration&) const = default;
};

// The one marked `control`. An experiment that the loader let through has exactly one.
const Variant& control_of(const Experiment& experiment);

// The one of that key; nullptr: the experiment has none.
const Variant* find_variant(const Experiment& experiment, std::string_view key);

// Names of the parameters that a variant sets.
std::set<std::string> varied_parameters(const Experiment& experiment);

// Whether a unit can be in both: those of one layer hold ranges apart; of a holdout, and of other kinds, none is.
bool may_share_units(const Experiment& a, const Experiment& b);

// Whether `holdout` is a holdout for an experiment: it holds units out of it, of the same kind.
bool holds_out(const Experiment& holdout, const Experiment& experiment);

// What a unit gets outside every running experiment: the parameters of the file, and over them what experiments have
// decided, the latest last (of one day, in the order of the file).
Values shared_parameters(const Configuration& configuration);

std::string_view to_string(Status status);
std::string_view to_string(HashAlgorithm hash);
std::string_view to_string(SequentialMode mode);

// Standard and configured ones together, standard ones first.
std::vector<MetricDefinition> all_metrics(const Configuration& configuration);
std::vector<Dimension> all_dimensions(const Configuration& configuration);

}  // namespace crossfade
