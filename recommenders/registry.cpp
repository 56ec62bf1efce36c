#include "recommenders/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>

#include "platform/core/error.h"
#include "recommenders/models.h"

namespace crossfade::recommenders {

std::span<const Type> types() {
  static const std::vector<Type> all = {
      random_type(), top_pop_type(), sticky_artist_type(), user_lists_type(), item_to_item_type(),
  };
  return all;
}

namespace {

const Type* type_of(std::string_view name) {
  const auto found = std::ranges::find(types(), name, &Type::name);
  return found == types().end() ? nullptr : &*found;
}

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
  const auto too_small = [&](double number) { return !std::isfinite(number) || number < option.least; };
  const std::string least = fmt::format("{}", option.least);
  const auto* const whole = std::get_if<std::int64_t>(&value);
  const auto* const number = std::get_if<double>(&value);
  const auto* const text = std::get_if<std::string>(&value);
  switch (option.kind) {
    case Option::Kind::integer:
      return !whole || too_small(static_cast<double>(*whole)) ? "a whole number from " + least + " on" : "";
    case Option::Kind::number:
      if (whole) return too_small(static_cast<double>(*whole)) ? "a number from " + least + " on" : "";
      return !number || too_small(*number) ? "a number from " + least + " on" : "";
    case Option::Kind::boolean:
      return std::holds_alternative<bool>(value) ? "" : "true or false";
    case Option::Kind::text:
    case Option::Kind::file:
      if (!text) return "a text";
      if (option.allowed.empty() || std::ranges::find(option.allowed, *text) != option.allowed.end()) return "";
      return "one of " + joined(option.allowed);
  }
  return "";
}

// Faults of one spec by itself.
void check_options(const RecommenderSpec& spec, std::vector<std::string>& faults) {
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
    const auto given = spec.options.find(option.name);
    if (given == spec.options.end()) {
      if (option.required) faults.push_back("option \"" + option.name + "\" is missing");
    } else if (const std::string want = unmet(option, given->second); !want.empty()) {
      faults.push_back("option \"" + option.name + "\" is " + shown(given->second) + ", want " + want);
    }
  }
  for (const auto& [name, value] : spec.options) {
    if (std::ranges::find(names, name) != names.end()) continue;
    faults.push_back("type " + type->name + " has no option \"" + name + "\"" + meant(name, names));
  }
}

// A request asks them one after the other.
constexpr std::size_t kMostInChain = 100;

// Empty, or what is wrong with asking `spec`, then its fallback, and so on.
std::string wrong_with_chain(const RecommenderSpec& spec,
                             const std::map<std::string_view, const RecommenderSpec*>& by_name) {
  std::set<std::string_view> asked = {spec.name};
  for (auto next = by_name.find(spec.fallback); next != by_name.end(); next = by_name.find(next->second->fallback)) {
    if (!asked.insert(next->first).second) return "its fallback leads back to its beginning, want an end";
    if (asked.size() > kMostInChain)
      return fmt::format("more than {} in a chain of fallbacks, want fewer", kMostInChain);
  }
  return "";
}

void check(std::span<const RecommenderSpec> specs) {
  std::map<std::string_view, const RecommenderSpec*> by_name;
  std::vector<std::string> names;
  std::vector<Fault> all;
  const auto report = [&](const RecommenderSpec& spec, const std::string& message) {
    all.push_back({.file = "", .message = "recommender \"" + spec.name + "\": " + message});
  };
  for (const RecommenderSpec& spec : specs) {
    if (!by_name.emplace(spec.name, &spec).second) report(spec, "is there twice, want each name once");
    names.push_back(spec.name);
  }
  for (const RecommenderSpec& spec : specs) {
    std::vector<std::string> faults;
    check_options(spec, faults);
    for (const std::string& fault : faults) report(spec, fault);
    if (!spec.fallback.empty() && !by_name.contains(spec.fallback)) {
      report(spec, "unknown fallback \"" + spec.fallback + "\"" + meant(spec.fallback, names));
    } else if (const std::string wrong = wrong_with_chain(spec, by_name); !wrong.empty()) {
      report(spec, wrong);
    }
  }
  if (!all.empty()) throw Error::faults(std::move(all));
}

}  // namespace

RecommenderSet::RecommenderSet(std::span<const RecommenderSpec> specs, const Catalogue& catalogue,
                               const std::filesystem::path& data, bool allow_outside)
    : catalogue_(catalogue) {
  if (catalogue.size() == 0) throw Error::internal("recommenders: the catalogue has no tracks");
  check(specs);
  std::vector<Fault> faults;
  for (const RecommenderSpec& spec : specs) {
    try {
      auto recommender = type_of(spec.type)->make(
          {.spec = spec, .catalogue = catalogue, .data = data, .allow_outside = allow_outside});
      instances_.emplace(spec.name, Instance{.name = spec.name, .recommender = std::move(recommender)});
    } catch (const Error& error) {
      if (error.faults().empty()) {
        faults.push_back({.file = "", .message = "recommender \"" + spec.name + "\": " + error.what()});
      }
      faults.insert(faults.end(), error.faults().begin(), error.faults().end());
    }
  }
  if (!faults.empty()) throw Error::faults(std::move(faults));
  for (const RecommenderSpec& spec : specs) {
    if (!spec.fallback.empty()) instances_.at(spec.name).fallback = &instances_.at(spec.fallback);
  }
}

const RecommenderSet::Instance& RecommenderSet::instance(std::string_view name) const {
  const auto found = instances_.find(name);
  if (found == instances_.end()) throw Error::internal("no recommender is called \"" + std::string(name) + "\"");
  return found->second;
}

Recommended RecommenderSet::ask(const Instance* first, const Request& request, Random& random) const {
  for (const Instance* one = first; one; one = one->fallback) {
    if (const auto choice = one->recommender->recommend(request, random)) {
      assert(catalogue_.contains(choice->track));
      return {.track = choice->track, .recommender = one->name, .propensity = choice->propensity};
    }
  }
  return {.track = {static_cast<std::uint32_t>(random.below(catalogue_.size()))},
          .recommender = "fallback",
          .propensity = 1.0 / static_cast<double>(catalogue_.size())};
}

Recommended RecommenderSet::answer(std::string_view name, const Request& request, Random& random) const {
  return ask(&instance(name), request, random);
}

Recommended RecommenderSet::answer_of_fallback(std::string_view name, const Request& request, Random& random) const {
  return ask(instance(name).fallback, request, random);
}

}  // namespace crossfade::recommenders
