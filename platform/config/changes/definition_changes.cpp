#include "platform/config/changes/definition_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <variant>

namespace crossfade::config {

namespace {

std::string_view or_none(std::string_view text) {
  return text.empty() ? "none" : text;
}

std::string text_of(const std::optional<double>& value) {
  return value ? fmt::to_string(*value) : "";
}

std::string_view name_of(const EventAggregate& aggregate) {
  switch (aggregate.event) {
    case EventKind::session:
      return "session";
    case EventKind::playback:
      return "playback";
    case EventKind::request:
      return "request";
    case EventKind::custom:
      break;
  }
  return aggregate.name;
}

// "sum of fraction over playback where position > 0"
std::string text_of(const EventAggregate& aggregate) {
  std::string text(to_string(aggregate.aggregate));
  if (aggregate.value) text += " of " + aggregate.value->text();
  text += fmt::format(" over {}", name_of(aggregate));
  if (aggregate.where) text += " where " + aggregate.where->text();
  return text;
}

// In days from the first exposure.
std::string text_of(const Window& window) {
  const auto days = [](std::int64_t ms) { return static_cast<double>(ms) / static_cast<double>(kMsPerDay); };
  return fmt::format("[{}, {}) days", days(window.begin_ms),
                     window.end_ms ? fmt::to_string(days(*window.end_ms)) : "end");
}

std::string text_of(const std::optional<Winsorization>& winsorize) {
  if (!winsorize) return "";
  return fmt::format("quantiles {} to {}, values {} to {}", or_none(text_of(winsorize->lower_quantile)),
                     or_none(text_of(winsorize->upper_quantile)), or_none(text_of(winsorize->lower)),
                     or_none(text_of(winsorize->upper)));
}

// "knn 0.7, popular 0.3", by option.
Values values_of(const std::map<std::string, std::vector<RecommenderPart>>& parts) {
  Values values;
  for (const auto& [option, named] : parts) {
    const bool weighted = std::ranges::any_of(named, [](const RecommenderPart& part) { return part.weight != 1; });
    std::vector<std::string> texts;
    for (const RecommenderPart& part : named) {
      texts.push_back(weighted ? fmt::format("{} {}", part.recommender, part.weight) : part.recommender);
    }
    values.emplace(option, list_of(texts));
  }
  return values;
}

}  // namespace

void ChangeList::is(std::string_view what, std::string_view now, std::string_view then) {
  if (now != then) changes_.push_back(fmt::format("{} is {}, was {}", what, or_none(now), or_none(then)));
}

void ChangeList::are(std::string_view what, std::string_view now, std::string_view then) {
  if (now != then) changes_.push_back(fmt::format("{} are {}, were {}", what, or_none(now), or_none(then)));
}

std::string prerequisites_of(const Experiment& experiment) {
  std::vector<std::string> texts;
  for (const Prerequisite& one : experiment.prerequisites) {
    texts.push_back(fmt::format("{} of {}", fmt::join(one.variants, " or "), one.experiment));
  }
  return list_of(texts);
}

std::string text_of(const Value& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

std::string list_of(const std::vector<std::string>& texts) {
  return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

void values_changed(ChangeList& changes, std::string_view of_whom, const Values& now, const Values& then) {
  std::set<std::string> names;
  for (const auto& [name, value] : now) names.insert(name);
  for (const auto& [name, value] : then) names.insert(name);
  const auto value_of = [](const Values& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : text_of(found->second);
  };
  for (const std::string& name : names) {
    changes.is(fmt::format("{}{}", name, of_whom), value_of(now, name), value_of(then, name));
  }
}

void recommender_changed(ChangeList& changes, const RecommenderSpec& now, const RecommenderSpec& then) {
  const std::string of_it = " of recommender " + now.name;
  changes.is("type" + of_it, now.type, then.type);
  changes.is("fallback" + of_it, now.fallback, then.fallback);
  values_changed(changes, of_it, now.options, then.options);
  values_changed(changes, of_it, values_of(now.parts), values_of(then.parts));
}

void metric_changed(ChangeList& changes, const MetricDefinition& now, const MetricDefinition& then) {
  const auto of_it = [&](std::string_view what) { return fmt::format("{} of metric {}", what, now.name); };
  const auto denominator_of = [](const MetricDefinition& metric) {
    return metric.denominator ? text_of(*metric.denominator) : std::string();
  };
  changes.is(of_it("type"), to_string(now.type), to_string(then.type));
  changes.is(of_it("numerator"), text_of(now.numerator), text_of(then.numerator));
  changes.is(of_it("denominator"), denominator_of(now), denominator_of(then));
  changes.is(of_it("quantile"), fmt::to_string(now.quantile), fmt::to_string(then.quantile));
  changes.is(of_it("window"), text_of(now.window), text_of(then.window));
  changes.is(of_it("winsorization"), text_of(now.winsorize), text_of(then.winsorize));
  changes.is(of_it("direction"), to_string(now.direction), to_string(then.direction));
  changes.is(of_it("lookback_days"), fmt::to_string(now.lookback_days), fmt::to_string(then.lookback_days));
  changes.is(of_it("target_mde"), text_of(now.target_mde), text_of(then.target_mde));
}

}  // namespace crossfade::config
