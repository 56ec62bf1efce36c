#include "platform/analysis/question/unused_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/core/error.h"
#include "platform/core/text.h"

namespace crossfade::analysis {

namespace {

constexpr std::size_t kMostNamed = 10;

std::vector<std::string> used_names(const Configuration& configuration) {
  std::vector<std::string> names;
  const auto add = [&](const EventAggregate& of) {
    const bool is_new = std::ranges::find(names, of.name) == names.end();
    if (of.event == EventKind::custom && is_new) names.push_back(of.name);
  };
  for (const MetricDefinition& metric : configuration.metrics) {
    add(metric.numerator);
    if (metric.denominator) add(*metric.denominator);
  }
  for (const Dimension& dimension : configuration.dimensions) add(dimension.of);
  return names;
}

}  // namespace

std::vector<std::string> unused_events(const Configuration& configuration, const storage::EventStore& store) {
  std::vector<storage::EventName> all = store.event_names();
  const std::vector<std::string> used = used_names(configuration);
  std::erase_if(all, [&](const storage::EventName& one) { return std::ranges::find(used, one.name) != used.end(); });
  std::ranges::stable_sort(all, std::ranges::greater{}, &storage::EventName::events);
  std::vector<std::string> said;
  for (const storage::EventName& one : all) {
    if (said.size() == kMostNamed) {
      said.push_back(fmt::format("{} more names of events are used by no metric.", all.size() - kMostNamed));
      break;
    }
    const std::string near = nearest_name(one.name, used);
    said.push_back(fmt::format("`{}`: {} event{}, used by no metric{}.", printable(one.name), one.events,
                               one.events == 1 ? "" : "s", near.empty() ? "" : fmt::format("; near: `{}`", near)));
  }
  return said;
}

}  // namespace crossfade::analysis
