#include "tests/platform/assignment/growthbook/configurations.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "platform/assignment/conditions/condition.h"
#include "platform/core/json_text.h"

namespace crossfade::assignment::testing {

namespace {

const JsonValue kNothing;

const JsonValue& at(const JsonValue& object, std::string_view name) {
  const JsonValue* const found = object.find(name);
  return found != nullptr ? *found : kNothing;
}

bool has(const JsonValue& object, std::string_view name) {
  return object.find(name) != nullptr;
}

std::string text_at(const JsonValue& object, std::string_view name, std::string otherwise) {
  const std::string* const text = at(object, name).text();
  return text != nullptr ? *text : std::move(otherwise);
}

double number_at(const JsonValue& object, std::string_view name, double otherwise) {
  const double* const number = at(object, name).number();
  return number != nullptr ? *number : otherwise;
}

JsonValue object_of(const std::string& name, JsonValue value) {
  return {JsonValue::Object{{.name = name, .value = std::move(value)}}};
}

// The number of a unit is its decimal digits.
std::string unit_text(const JsonValue& id) {
  return id.text() != nullptr ? *id.text() : to_json(id);
}

// What the language of ours has no words for.
struct NotOurs {
  std::string why;
};

// Of one context. Each rule of a feature that gives a value becomes an experiment that sets the parameter of the
// feature's name; the last one that sets it wins, so that rules stand in reverse order. What is nobody's split is asked
// of a kind of unit that every request has.
class Builder {
 public:
  explicit Builder(const JsonValue& context) : context_(context) {
    for (const char* const name : {"url", "qaMode", "enabled"}) {
      if (has(context, name)) throw NotOurs{std::string(name) + " is a page's, not a server's"};
    }
    question_.unit = "anybody";
    question_.configuration.unit = "request";
    question_.attributes = at(context, "attributes");
    if (const auto* const groups = at(context, "savedGroups").object()) {
      for (const JsonMember& group : *groups) question_.configuration.groups[group.name] = *group.value.array();
    }
  }

  Question take() {
    std::ranges::reverse(question_.configuration.experiments);
    return std::move(question_);
  }

  void ask_feature(const std::string& key) {
    question_.parameter = key;
    const JsonValue* const feature = at(context_, "features").find(key);
    if (feature != nullptr) add_feature(key, *feature, false);
  }

  void ask_experiment(const JsonValue& written) {
    question_.parameter = "variation";
    const JsonValue::Array& variations = *at(written, "variations").array();
    if (variations.size() < 2) throw NotOurs{"an experiment of one variant is refused when it is read"};
    std::vector<JsonValue> values;
    for (std::size_t i = 0; i < variations.size(); ++i) values.push_back({static_cast<double>(i)});
    if (const double* const forced = at(written, "force").number()) {
      if (*forced < 0 || *forced >= static_cast<double>(values.size())) {
        throw NotOurs{"a variant that there is not is refused when it is read"};
      }
      values.assign(values.size(), {*forced});
    }
    Experiment experiment = split(written, text_at(written, "key", ""), "variation", values);
    experiment.prerequisites = prerequisites_of(written);
    question_.configuration.experiments.push_back(std::move(experiment));
  }

 private:
  struct Feature {
    bool done = false;
    std::vector<std::pair<std::string, std::vector<JsonValue>>> experiments;  // and their variants' values
  };

  // `exclusive`: no unit is in two of its experiments, and each is in one: others ask for its value.
  void add_feature(const std::string& key, const JsonValue& written, bool exclusive) {
    if (const auto known = features_.find(key); known != features_.end()) {
      if (!known->second.done) throw NotOurs{"prerequisites in a circle are refused when they are read"};
      return;
    }
    Feature& feature = features_[key];
    std::vector<Prerequisite> gates;
    JsonValue::Array earlier;  // conditions of the rules so far
    bool open = true;          // whether somebody gets past them
    std::vector<Experiment> experiments;
    const auto add = [&](Experiment experiment, std::vector<JsonValue> values, const JsonValue& rule) {
      if (exclusive && !open) return;
      std::ranges::copy(gates, std::back_inserter(experiment.prerequisites));
      if (exclusive && !earlier.empty()) {
        JsonValue::Array both{object_of("$nor", {earlier})};
        if (experiment.targeting.kind() != JsonValue::Kind::null) both.push_back(experiment.targeting);
        experiment.targeting = object_of("$and", {std::move(both)});
      }
      feature.experiments.emplace_back(experiment.key, std::move(values));
      experiments.push_back(std::move(experiment));
      if (!exclusive) return;
      const bool splits = has(rule, "coverage") || has(rule, "namespace") || has(rule, "filters") || has(rule, "range");
      if (splits) throw NotOurs{"a prerequisite is an experiment, not a flag that several give values"};
      if (has(rule, "condition")) {
        earlier.push_back(at(rule, "condition"));
      } else {
        open = false;
      }
    };
    int position = 0;
    const JsonValue::Array none;
    const JsonValue::Array* const rules = at(written, "rules").array();
    for (const JsonValue& rule : rules != nullptr ? *rules : none) {
      const std::string name = key + "-" + std::to_string(++position);
      if (has(rule, "contextualVariations")) throw NotOurs{"contextual bandits are none of ours"};
      if (is_gate(rule)) {
        std::ranges::move(prerequisites_of(rule), std::back_inserter(gates));
      } else if (has(rule, "force")) {
        add(forced(rule, key, name), {at(rule, "force")}, rule);
      } else if (has(rule, "variations")) {
        Experiment experiment = split(rule, key, key, *at(rule, "variations").array());
        experiment.key = name;
        experiment.prerequisites = prerequisites_of(rule);
        add(std::move(experiment), *at(rule, "variations").array(), rule);
      }
    }
    const JsonValue& otherwise = at(written, "defaultValue");
    if (otherwise.kind() != JsonValue::Kind::null) {
      if (exclusive || !gates.empty()) {
        add(everybody(key + "-default", key, otherwise), {otherwise}, kNothing);
      } else {
        question_.configuration.parameters[key] = value_of(otherwise);
      }
    }
    std::ranges::move(experiments, std::back_inserter(question_.configuration.experiments));
    feature.done = true;
  }

  static bool is_gate(const JsonValue& rule) {
    const JsonValue::Array* const parents = at(rule, "parentConditions").array();
    return parents != nullptr && !has(rule, "force") && !has(rule, "variations");
  }

  std::vector<Prerequisite> prerequisites_of(const JsonValue& rule) {
    std::vector<Prerequisite> all;
    const JsonValue::Array none;
    const JsonValue::Array* const parents = at(rule, "parentConditions").array();
    for (const JsonValue& parent : parents != nullptr ? *parents : none) {
      const std::string& key = *at(parent, "id").text();
      const JsonValue* const feature = at(context_, "features").find(key);
      if (feature == nullptr) throw NotOurs{"a prerequisite that there is not is refused when it is read"};
      add_feature(key, *feature, true);
      const Condition condition{at(parent, "condition"), question_.configuration.groups};
      std::vector<Prerequisite> fitting;
      for (const auto& [experiment, values] : features_[key].experiments) {
        Prerequisite one{.experiment = experiment, .variants = {}};
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (condition.holds(object_of("value", values[i]))) one.variants.push_back(std::to_string(i));
        }
        if (!one.variants.empty()) fitting.push_back(std::move(one));
      }
      if (fitting.size() > 1) throw NotOurs{"a prerequisite is an experiment, not a flag that several give values"};
      if (fitting.empty()) fitting.push_back({.experiment = features_[key].experiments.at(0).first, .variants = {}});
      all.push_back(std::move(fitting.front()));
    }
    return all;
  }

  static Value value_of(const JsonValue& value) {
    if (const bool* const truth = value.boolean()) return *truth;
    if (const double* const number = value.number()) return *number;
    if (const std::string* const text = value.text()) return *text;
    throw NotOurs{"a parameter is a truth, a number or a text"};
  }

  static Experiment everybody(const std::string& key, const std::string& parameter, const JsonValue& value) {
    Experiment experiment;
    experiment.key = experiment.salt = key;
    experiment.status = Status::running;
    experiment.unit = "request";
    experiment.variants = {{.key = "0", .weight = 1, .control = true, .parameters = {{parameter, value_of(value)}}}};
    return experiment;
  }

  Experiment forced(const JsonValue& rule, const std::string& feature, const std::string& key) {
    Experiment experiment = everybody(key, feature, at(rule, "force"));
    experiment.prerequisites = prerequisites_of(rule);
    experiment.targeting = at(rule, "condition");
    const bool splits = has(rule, "coverage") || has(rule, "range");
    if (splits) {
      hash_by(experiment, rule, feature);
      experiment.coverage = has(rule, "range") ? 1 : number_at(rule, "coverage", 1);
    }
    if (has(rule, "filters")) enter_filter(experiment, rule);
    if (const JsonValue::Array* const range = at(rule, "range").array()) {
      enter({.name = "", .salt = experiment.salt, .unit = experiment.unit, .hash = experiment.hash}, *range,
            experiment);
    }
    return experiment;
  }

  Experiment split(const JsonValue& rule, const std::string& key, const std::string& parameter,
                   const std::vector<JsonValue>& values) {
    Experiment experiment;
    experiment.key = text_at(rule, "key", key);
    experiment.status =
        *(has(rule, "active") ? at(rule, "active") : JsonValue{true}).boolean() ? Status::running : Status::draft;
    hash_by(experiment, rule, experiment.key);
    experiment.targeting = at(rule, "condition");
    const std::vector<double> weights = weights_of(at(rule, "weights"), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      experiment.variants.push_back({.key = std::to_string(i),
                                     .weight = weights[i],
                                     .control = i == 0,
                                     .parameters = {{parameter, value_of(values[i])}}});
    }
    experiment.coverage = number_at(rule, "coverage", 1);
    if (has(rule, "ranges")) own(*at(rule, "ranges").array(), experiment);
    if (has(rule, "filters")) {
      enter_filter(experiment, rule);
    } else if (const JsonValue::Array* const space = at(rule, "namespace").array()) {
      Layer layer = layer_of_namespace(*(*space)[0].text());
      layer.unit = experiment.unit;
      enter(std::move(layer), {(*space)[1], (*space)[2]}, experiment);
    }
    if (const JsonValue::Array* const meta = at(rule, "meta").array()) pass_through(*meta, experiment);
    if (const double* const variant = at(at(context_, "forcedVariations"), experiment.key).number()) {
      experiment.overrides = {{.unit = unit_text(at(question_.attributes, experiment.unit)),
                               .variant = std::to_string(static_cast<int>(*variant))}};
    }
    return experiment;
  }

  static void hash_by(Experiment& experiment, const JsonValue& rule, const std::string& seed) {
    const auto hash = hash_of_version(number_at(rule, "hashVersion", 1));
    if (!hash) throw NotOurs{"a hash that there is not is refused when it is read"};
    experiment.hash = *hash;
    experiment.unit = text_at(rule, "hashAttribute", "id");
    experiment.salt = text_at(rule, "seed", seed);
  }

  // Variants that own the ranges, side by side from 0 to 1; they may stand in another order.
  static void own(const JsonValue::Array& ranges, Experiment& experiment) {
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < ranges.size(); ++i) order.emplace_back(*(*ranges[i].array())[0].number(), i);
    std::ranges::sort(order);
    std::vector<Variant> variants;
    double end = 0;
    for (const auto& [begin, i] : order) {
      if (begin != end) throw NotOurs{"variants stand side by side, without anybody between them"};
      end = *(*ranges[i].array())[1].number();
      variants.push_back(experiment.variants[i]);
      variants.back().weight = end - begin;
    }
    if (end != 1) throw NotOurs{"variants stand side by side, without anybody between them"};
    experiment.variants = std::move(variants);
    experiment.coverage = 1;
  }

  void enter_filter(Experiment& experiment, const JsonValue& rule) {
    const JsonValue::Array& filters = *at(rule, "filters").array();
    const JsonValue::Array& ranges = *at(filters[0], "ranges").array();
    const std::string unit = text_at(filters[0], "attribute", "id");
    const bool splits = experiment.unit != "request";
    if (filters.size() > 1 || ranges.size() > 1 || (splits && unit != experiment.unit)) {
      throw NotOurs{"an experiment is in one range of one layer, which splits the same units"};
    }
    experiment.unit = unit;
    enter({.name = "",
           .salt = text_at(filters[0], "seed", ""),
           .unit = unit,
           .hash = *hash_of_version(number_at(filters[0], "hashVersion", 2))},
          *ranges[0].array(), experiment);
  }

  void enter(Layer layer, const JsonValue::Array& range, Experiment& experiment) {
    layer.name = "layer-" + std::to_string(question_.configuration.layers.size());
    experiment.layer = LayerRange{.layer = layer.name, .begin = *range[0].number(), .end = *range[1].number()};
    question_.configuration.layers.push_back(std::move(layer));
  }

  // A variation that is passed through makes the experiment a holdout of those that are not.
  static void pass_through(const JsonValue::Array& meta, Experiment& experiment) {
    for (std::size_t i = 0; i < meta.size(); ++i) {
      if (!has(meta[i], "passthrough")) continue;
      experiment.holdout = Holdout{};
      experiment.variants[i].parameters.clear();
    }
  }

  const JsonValue& context_;
  Question question_;
  std::map<std::string, Feature> features_;
};

template <class Ask>
std::optional<Question> question(const JsonValue& context, const Ask& ask, std::string& why_not) {
  try {
    Builder builder(context);
    ask(builder);
    return builder.take();
  } catch (const NotOurs& reason) {
    why_not = reason.why;
    return std::nullopt;
  }
}

}  // namespace

std::optional<HashAlgorithm> hash_of_version(double version) {
  if (version == 1) return HashAlgorithm::fnv1a_v1;
  if (version == 2) return HashAlgorithm::fnv1a_v2;
  return std::nullopt;
}

std::vector<double> weights_of(const JsonValue& written, std::size_t variants) {
  std::vector<double> weights;
  if (const JsonValue::Array* const given = written.array()) {
    for (const JsonValue& weight : *given) weights.push_back(*weight.number());
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (weights.size() != variants || std::abs(sum - 1) > 0.01)
    weights.assign(variants, 1 / static_cast<double>(variants));
  return weights;
}

Layer layer_of_namespace(std::string_view name) {
  return {.name = std::string(name), .salt = "__" + std::string(name), .unit = "user", .hash = HashAlgorithm::fnv1a_v1};
}

std::optional<Question> question_of_feature(const JsonValue& context, const std::string& key, std::string& why_not) {
  return question(context, [&key](Builder& builder) { builder.ask_feature(key); }, why_not);
}

std::optional<Question> question_of_experiment(const JsonValue& context, const JsonValue& experiment,
                                               std::string& why_not) {
  return question(context, [&](Builder& builder) { builder.ask_experiment(experiment); }, why_not);
}

}  // namespace crossfade::assignment::testing
