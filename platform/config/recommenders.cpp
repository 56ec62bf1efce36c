#include "platform/config/recommenders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "platform/config/keys.h"
#include "platform/config/recommender_parts.h"

namespace crossfade::config {

namespace {

// A unit's fallback of last resort is recorded under this name: an instance of it would be taken for that.
constexpr std::string_view kReservedName = "fallback";

// The value of `option`; nothing (a fault) where it is not as the type wants it.
std::optional<Value> read_option(const Entry& entry, const RecommenderOption& option, Faults& faults) {
  switch (option.kind) {
    case RecommenderOption::Kind::integer: {
      const auto least = static_cast<std::int64_t>(std::ceil(option.least));
      const bool bounded = std::isfinite(option.most);
      const auto most =
          bounded ? static_cast<std::int64_t>(std::floor(option.most)) : std::numeric_limits<std::int64_t>::max();
      const std::string want = bounded ? fmt::format("an integer from {} to {}", least, most)
                                       : fmt::format("an integer of at least {}", least);
      if (const auto value = entry.integer(faults, least, most, want)) return *value;
      return std::nullopt;
    }
    case RecommenderOption::Kind::number: {
      const auto fits = [&option](double value) { return value >= option.least && value <= option.most; };
      const std::string want = std::isfinite(option.most)
                                   ? fmt::format("a number from {} to {}", option.least, option.most)
                                   : fmt::format("a number of at least {}", option.least);
      if (const auto value = entry.number(faults, fits, want)) return *value;
      return std::nullopt;
    }
    case RecommenderOption::Kind::boolean:
      if (const auto value = entry.boolean(faults)) return *value;
      return std::nullopt;
    case RecommenderOption::Kind::file: {
      const auto value = entry.text(faults);
      if (!value) return std::nullopt;
      const std::filesystem::path path{*value};
      if (!value->empty() && path.is_relative() && std::ranges::find(path, "..") == path.end()) return *value;
      entry.refuse(faults, "a file below the world's directory, such as lists.jsonl (or --allow-outside)");
      return std::nullopt;
    }
    case RecommenderOption::Kind::text: {
      const auto value = entry.text(faults);
      if (!value) return std::nullopt;
      if (const std::string want = option.unmet ? option.unmet(*value) : std::string{}; !want.empty()) {
        entry.refuse(faults, want);
        return std::nullopt;
      }
      if (option.allowed.empty() && !value->empty()) return *value;
      if (std::ranges::find(option.allowed, *value) != option.allowed.end()) return *value;
      if (option.allowed.empty()) {
        entry.refuse(faults, "a text that is not empty");
      } else {
        faults.add(entry.value_mark(), unknown_name(entry.key, *value, option.allowed));
      }
      return std::nullopt;
    }
    case RecommenderOption::Kind::recommender:
    case RecommenderOption::Kind::recommenders:
      break;  // no value: read_parts
  }
  return std::nullopt;
}

bool names_others(const RecommenderOption& option) {
  return option.kind == RecommenderOption::Kind::recommender || option.kind == RecommenderOption::Kind::recommenders;
}

void read_options(const Map& map, const RecommenderType& type, RecommenderSpec& spec, std::vector<Mention>& mentions,
                  Faults& faults) {
  std::vector<std::string> known = key_names_of(Section::recommender);
  for (const RecommenderOption& option : type.options) known.push_back(option.name);
  map.refuse_unknown(known, faults);
  for (const RecommenderOption& option : type.options) {
    const Entry* const entry = map.find(option.name);
    if (entry && names_others(option)) {
      spec.parts.emplace(option.name, read_parts(*entry, option, spec.name, mentions, faults));
    } else if (entry) {
      if (const auto value = read_option(*entry, option, faults)) spec.options.insert_or_assign(option.name, *value);
    } else if (option.required) {
      faults.add(map.mark(), fmt::format("no {} in recommender {} of type {}, want one", option.name,
                                         in_quotes(spec.name), type.name));
    }
  }
}

void read_recommender_type(const Map& map, std::span<const RecommenderType> known_types, RecommenderSpec& spec,
                           std::vector<Mention>& mentions, Faults& faults) {
  std::vector<std::string> names;
  for (const RecommenderType& type : known_types) names.push_back(type.name);
  const Entry* const entry = map.require("type", "one of " + joined(names), faults);
  const auto name = entry ? entry->text(faults) : std::nullopt;
  if (!name) return;
  spec.type = *name;
  const auto type = std::ranges::find(known_types, *name, &RecommenderType::name);
  if (type == known_types.end()) {
    faults.add(entry->value_mark(), unknown_name("type of recommender", *name, names));
  } else {
    read_options(map, *type, spec, mentions, faults);
  }
}

// "recommender" is the one parameter that the service itself reads.
void check_recommender(const Entry& entry, const std::vector<std::string>& recommenders, Faults& faults) {
  const auto name = entry.text(faults, "the name of a recommender");
  // Without any there was a fault already.
  if (!name || recommenders.empty() || std::ranges::find(recommenders, *name) != recommenders.end()) return;
  faults.add(entry.value_mark(), unknown_name("recommender", *name, recommenders));
}

// A finite scalar; nothing (a fault) where it is none.
std::optional<Value> read_value(const Entry& entry, Faults& faults) {
  auto value = scalar_of(entry.value);
  const auto* const number = value ? std::get_if<double>(&*value) : nullptr;
  if (value && (!number || std::isfinite(*number))) return value;
  entry.refuse(faults, "a number, a text, true or false");
  return std::nullopt;
}

std::string_view type_name(const Value& value) {
  constexpr std::string_view names[] = {"true or false", "an integer", "a number", "a text"};
  return names[value.index()];
}

}  // namespace

Recommenders read_recommenders(const Entry& entry, std::span<const RecommenderType> known_types, Faults& faults) {
  Recommenders result;
  std::vector<Mention> mentions;
  const Map all{entry, "in recommenders", {}, faults};
  result.names = all.keys();
  if (all.valid() && all.entries().empty()) faults.add(entry.mark, "recommenders is an empty map, want at least one");
  for (const Entry& one : all.entries()) {
    if (!is_name(one.key)) {
      faults.add(one.mark, fmt::format("recommender is called {}, want {}", in_quotes(one.key), kNameRule));
    } else if (one.key == kReservedName) {
      faults.add(one.mark, R"(recommender is called "fallback", want another name: it stands for the last resort)");
    }
    const Map map{one, fmt::format("in recommender {}", in_quotes(one.key)), {}, faults};
    if (!map.valid()) continue;
    RecommenderSpec& spec = result.specs.emplace_back();
    spec.name = one.key;
    read_recommender_type(map, known_types, spec, mentions, faults);
    if (const Entry* const updates = map.find("updates")) spec.updates = updates->boolean(faults).value_or(false);
    const Entry* const fallback = map.find("fallback");
    const auto name = fallback ? fallback->text(faults, "the name of a recommender") : std::nullopt;
    if (!name) continue;
    spec.fallback = *name;
    mentions.push_back({.by = one.key, .name = *name, .mark = fallback->value_mark()});
  }
  check_mentions(result.specs, result.names, known_types, mentions, faults);
  return result;
}

Values read_parameters(const Entry& entry, const std::vector<std::string>& recommenders, Faults& faults) {
  Values parameters;
  const Map map{entry, "in parameters", {}, faults};
  for (const Entry& one : map.entries()) {
    if (!is_name(one.key)) {
      faults.add(one.mark, fmt::format("parameter is called {}, want {}", in_quotes(one.key), kNameRule));
    }
    const auto value = read_value(one, faults);
    if (value) parameters.emplace(one.key, *value);
    if (value && one.key == "recommender") check_recommender(one, recommenders, faults);
  }
  if (!recommenders.empty())
    map.require("recommender", "the name of what a unit gets outside every experiment", faults);
  return parameters;
}

Values read_overrides(const Entry& entry, const Values& defaults, const std::vector<std::string>& all,
                      const std::vector<std::string>& recommenders, Faults& faults) {
  Values overrides;
  const Map map{entry, "in parameters of a variant", {}, faults};
  for (const Entry& one : map.entries()) {
    if (all.empty() && recommenders.empty()) {
      faults.add(one.mark, fmt::format("parameter {} in a variant, but not at the top, want {{{}: ...}} in parameters: "
                                       "what units get outside the experiment",
                                       in_quotes(one.key), one.key));
      continue;
    }
    if (!all.empty() && std::ranges::find(all, one.key) == all.end()) {
      faults.add(one.mark, unknown_name("parameter", one.key, all, "in a variant"));
      continue;
    }
    auto value = read_value(one, faults);
    const auto usual = defaults.find(one.key);
    if (!value || usual == defaults.end()) continue;  // without a default there was a fault already
    if (one.key == "recommender" && !recommenders.empty()) {
      check_recommender(one, recommenders, faults);
    } else if (const auto* const whole = std::get_if<std::int64_t>(&*value);
               whole && std::holds_alternative<double>(usual->second)) {
      value = static_cast<double>(*whole);
    } else if (value->index() != usual->second.index()) {
      one.refuse(faults, fmt::format("{}, as parameters: at the top has it", type_name(usual->second)));
    }
    overrides.emplace(one.key, *value);
  }
  return overrides;
}

}  // namespace crossfade::config
