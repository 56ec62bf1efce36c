#include "platform/config/recommender_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "platform/core/graph/recommender_graph.h"

namespace crossfade::config {

namespace {

constexpr std::string_view kOneName = "the name of a recommender";

// Of parts that are drawn or counted by them.
std::vector<RecommenderPart> read_weights(const Entry& entry, const RecommenderOption& option, const std::string& by,
                                          std::vector<Mention>& mentions, Faults& faults) {
  std::vector<RecommenderPart> parts;
  const Map map{entry, fmt::format("in {} of recommender {}", option.name, in_quotes(by)), {}, faults};
  double sum = 0;
  bool valid = true;
  for (const Entry& one : map.entries()) {
    const auto fits = [](double value) { return value >= 0; };
    const auto weight = one.number(faults, fits, "a weight of at least 0");
    mentions.push_back({.by = by, .name = one.key, .mark = one.mark, .candidates = option.candidates});
    parts.push_back({.recommender = one.key, .weight = weight.value_or(0)});
    valid = valid && weight;
    sum += weight.value_or(0);
  }
  if (parts.empty()) {
    faults.add(entry.value_mark(), fmt::format("{} is an empty map, want at least one recommender", option.name));
  } else if (valid && sum <= 0) {
    faults.add(entry.value_mark(), fmt::format("all weights in {} are 0, want at least one above it", option.name));
  }
  return parts;
}

std::vector<RecommenderPart> read_list(const Entry& entry, const RecommenderOption& option, const std::string& by,
                                       std::vector<Mention>& mentions, Faults& faults) {
  const std::string want =
      option.weighted ? "a list of recommenders, such as [a, b], or a map of their weights, such as {a: 0.7, b: 0.3}"
                      : "a list of recommenders, such as [a, b]";
  std::vector<RecommenderPart> parts;
  const auto items = entry.list(faults, "recommender in " + option.name, want);
  if (!items) return parts;
  if (items->empty()) {
    faults.add(entry.value_mark(), fmt::format("{} is an empty list, want at least one recommender", option.name));
  }
  std::set<std::string> known;
  for (const Entry& item : *items) {
    const auto name = item.text(faults, kOneName);
    if (!name) continue;
    if (!known.insert(*name).second) {
      faults.add(item.value_mark(),
                 fmt::format("recommender {} stands twice in {}, want each once", in_quotes(*name), option.name));
      continue;
    }
    mentions.push_back({.by = by, .name = *name, .mark = item.value_mark(), .candidates = option.candidates});
    parts.push_back({.recommender = *name});
  }
  return parts;
}

using Places = std::map<std::pair<std::string_view, std::string_view>, Mark>;  // of the first mention of one by another

void tell_circle(const std::vector<RecommenderSpec>& specs, const std::vector<std::size_t>& circle,
                 const Places& places, Faults& faults) {
  std::vector<std::string_view> names;
  bool by_parts = false;
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const RecommenderSpec& asked = specs[circle[(i + 1) % circle.size()]];
    names.emplace_back(specs[circle[i]].name);
    by_parts = by_parts || specs[circle[i]].fallback != asked.name;
  }
  const std::string_view first = names.front();
  const Mark mark = places.at({first, names[1 % names.size()]});
  const std::size_t size = names.size();
  if (size > kMostAsked) names.resize(kMostAsked);
  const std::string left_out = size > kMostAsked ? fmt::format(" -> {} more", size - kMostAsked) : "";
  faults.add(mark, fmt::format("{} go in a circle, {}{} -> {}, want a chain that ends",
                               by_parts ? "recommenders" : "fallbacks", fmt::join(names, " -> "), left_out, first));
}

}  // namespace

std::vector<RecommenderPart> read_parts(const Entry& entry, const RecommenderOption& option, const std::string& by,
                                        std::vector<Mention>& mentions, Faults& faults) {
  if (option.kind == RecommenderOption::Kind::recommenders) {
    return option.weighted && entry.value.IsMap() ? read_weights(entry, option, by, mentions, faults)
                                                  : read_list(entry, option, by, mentions, faults);
  }
  const auto name = entry.text(faults, kOneName);
  if (!name) return {};
  mentions.push_back({.by = by, .name = *name, .mark = entry.value_mark(), .candidates = option.candidates});
  return {{.recommender = *name}};
}

void check_mentions(const std::vector<RecommenderSpec>& specs, const std::vector<std::string>& names,
                    std::span<const RecommenderType> known_types, const std::vector<Mention>& mentions,
                    Faults& faults) {
  std::map<std::string_view, const RecommenderSpec*> by_name;
  for (const RecommenderSpec& spec : specs) by_name.emplace(spec.name, &spec);
  const std::set<std::string_view> known{names.begin(), names.end()};
  std::vector<std::string> that_give;
  for (const RecommenderType& type : known_types) {
    if (type.gives_candidates) that_give.push_back(type.name);
  }
  Places places;
  for (const Mention& mention : mentions) {
    places.emplace(std::pair(std::string_view(mention.by), std::string_view(mention.name)), mention.mark);
    if (!known.contains(mention.name)) {
      faults.add(mention.mark, unknown_name("recommender", mention.name, names));
      continue;
    }
    const auto named = by_name.find(mention.name);
    if (!mention.candidates || named == by_name.end()) continue;
    const auto type = std::ranges::find(known_types, named->second->type, &RecommenderType::name);
    if (type == known_types.end() || type->gives_candidates) continue;
    faults.add(mention.mark, fmt::format("recommender {} of type {} gives no candidates, want one of type {}",
                                         in_quotes(mention.name), type->name, joined(that_give)));
  }
  const RecommenderGraph graph = graph_of(specs);
  for (const std::vector<std::size_t>& circle : graph.circles) tell_circle(specs, circle, places, faults);
  for (const auto& [place, asked] : graph.crowds) {
    const auto first = std::ranges::find(mentions, specs[place].name, &Mention::by);
    faults.add(first->mark, fmt::format("a request to {} may ask {} recommenders, its fallbacks and parts included, "
                                        "want at most {}",
                                        in_quotes(specs[place].name), asked, kMostAsked));
  }
}

}  // namespace crossfade::config
