#include "recommenders/check_specs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/core/error.h"
#include "platform/core/graph/recommender_graph.h"
#include "platform/core/text.h"
#include "recommenders/registry.h"

namespace crossfade::recommenders {

namespace {

std::string meant(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string shown(const Value& value) {
  if (const auto* const truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* const whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* const number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return "\"" + std::get<std::string>(value) + "\"";
}

// Empty, or what `option` wants that `value` is not.
std::string unmet(const Option& option, const Value& value) {
  const auto outside = [&](double number) {
    return !std::isfinite(number) || number < option.least || number > option.most;
  };
  const std::string range = option.most == kAnyNumber ? fmt::format("from {} on", option.least)
                                                      : fmt::format("from {} to {}", option.least, option.most);
  const auto* const whole = std::get_if<std::int64_t>(&value);
  const auto* const number = std::get_if<double>(&value);
  const auto* const text = std::get_if<std::string>(&value);
  switch (option.kind) {
    case Option::Kind::integer:
      return !whole || outside(static_cast<double>(*whole)) ? "a whole number " + range : "";
    case Option::Kind::number:
      if (whole) return outside(static_cast<double>(*whole)) ? "a number " + range : "";
      return !number || outside(*number) ? "a number " + range : "";
    case Option::Kind::boolean:
      return std::holds_alternative<bool>(value) ? "" : "true or false";
    case Option::Kind::text:
    case Option::Kind::file:
      if (!text) return "a text";
      if (std::string want = option.unmet ? option.unmet(*text) : std::string{}; !want.empty()) return want;
      if (option.allowed.empty() || std::ranges::find(option.allowed, *text) != option.allowed.end()) return "";
      return "one of " + joined(option.allowed);
    case Option::Kind::recommender:
    case Option::Kind::recommenders:
      break;
  }
  return "";
}

bool names_others(const Option& option) {
  return option.kind == Option::Kind::recommender || option.kind == Option::Kind::recommenders;
}

// What an option of kind recommender or recommenders is, and `parts` are not.
void check_parts(const RecommenderSpec& spec, const Option& option, std::span<const RecommenderSpec> specs,
                 std::vector<std::string>& faults) {
  const std::string quoted = "option \"" + option.name + "\"";
  const auto named = spec.parts.find(option.name);
  if (named == spec.parts.end() || named->second.empty()) {
    if (option.required || named != spec.parts.end()) faults.push_back(quoted + " names nobody, want a recommender");
    return;
  }
  if (option.kind == Option::Kind::recommender && named->second.size() > 1) {
    faults.push_back(fmt::format("{} names {} recommenders, want one", quoted, named->second.size()));
  }
  double sum = 0;
  std::set<std::string_view> seen;
  for (const auto& [name, weight] : named->second) {
    if (!seen.insert(name).second) faults.push_back(quoted + " names \"" + name + "\" twice, want each once");
    if (!std::isfinite(weight) || weight < 0) {
      faults.push_back(fmt::format("{} has a weight of {}, want a number from 0 on", quoted, weight));
    }
    sum += weight;
    const auto part = std::ranges::find(specs, name, &RecommenderSpec::name);
    if (part == specs.end()) {
      std::vector<std::string> names;
      for (const RecommenderSpec& one : specs) names.push_back(one.name);
      faults.push_back(quoted + ": unknown recommender \"" + name + "\"" + meant(name, names));
      continue;
    }
    const Type* const type = type_of(part->type);
    if (option.candidates && type && !type->gives_candidates) {
      faults.push_back(quoted + ": \"" + name + "\" of type " + type->name +
                       " gives no candidates, want one that does");
    }
  }
  if (sum == 0) faults.push_back(quoted + " has weights that are all 0, want one above it");
}

// Faults of one spec by itself.
void check_options(const RecommenderSpec& spec, std::span<const RecommenderSpec> specs,
                   std::vector<std::string>& faults) {
  const Type* const type = type_of(spec.type);
  if (!type) {
    std::vector<std::string> names;
    for (const Type& one : types()) names.push_back(one.name);
    faults.push_back("unknown type \"" + spec.type + "\", want one of " + joined(names));
    return;
  }
  std::vector<std::string> names;
  for (const Option& option : type->options) {
    names.push_back(option.name);
    if (names_others(option)) {
      check_parts(spec, option, specs, faults);
      continue;
    }
    const auto given = spec.options.find(option.name);
    if (given == spec.options.end()) {
      if (option.required) faults.push_back("option \"" + option.name + "\" is missing");
    } else if (const std::string want = unmet(option, given->second); !want.empty()) {
      faults.push_back("option \"" + option.name + "\" is " + shown(given->second) + ", want " + want);
    }
  }
  const auto is_value = [type](const std::string& name) {
    const auto option = std::ranges::find(type->options, name, &Option::name);
    return option == type->options.end() ? std::nullopt : std::optional(!names_others(*option));
  };
  for (const auto& [name, value] : spec.options) {
    const auto known = is_value(name);
    if (!known) faults.push_back("type " + type->name + " has no option \"" + name + "\"" + meant(name, names));
    if (known == false) faults.push_back("option \"" + name + "\" is " + shown(value) + ", want a recommender's name");
  }
  for (const auto& [name, parts] : spec.parts) {
    if (is_value(name) != false) faults.push_back("type " + type->name + " has no option \"" + name + "\" of parts");
  }
}

}  // namespace

const Type* type_of(std::string_view name) {
  const auto found = std::ranges::find(types(), name, &Type::name);
  return found == types().end() ? nullptr : &*found;
}

void check_specs(std::span<const RecommenderSpec> specs) {
  std::set<std::string_view> known;
  std::vector<std::string> names;
  std::vector<Fault> all;
  const auto report = [&](const RecommenderSpec& spec, const std::string& message) {
    all.push_back({.file = "", .message = "recommender \"" + spec.name + "\": " + message});
  };
  for (const RecommenderSpec& spec : specs) {
    if (!known.insert(spec.name).second) report(spec, "is there twice, want each name once");
    names.push_back(spec.name);
  }
  for (const RecommenderSpec& spec : specs) {
    std::vector<std::string> faults;
    check_options(spec, specs, faults);
    for (const std::string& fault : faults) report(spec, fault);
    if (!spec.fallback.empty() && !known.contains(spec.fallback)) {
      report(spec, "unknown fallback \"" + spec.fallback + "\"" + meant(spec.fallback, names));
    }
  }
  const RecommenderGraph graph = graph_of(specs);
  for (const std::vector<std::size_t>& circle : graph.circles) {
    std::string way;
    for (const std::size_t place : circle) way += specs[place].name + " -> ";
    report(specs[circle.front()], "asks itself, " + way + specs[circle.front()].name + ", want an end");
  }
  for (const auto& [place, asked] : graph.crowds) {
    report(specs[place], fmt::format("a request may ask {} recommenders, its fallbacks and parts included, want at "
                                     "most {}",
                                     asked, kMostAsked));
  }
  if (!all.empty()) throw Error::faults(std::move(all));
}

}  // namespace crossfade::recommenders
