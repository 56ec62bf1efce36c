#include "platform/config/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/config/keys.h"

namespace crossfade::config {

namespace {

std::optional<std::string> read_metric(const Entry& entry, const std::vector<std::string>& known, Faults& faults) {
  auto name = entry.text(faults, "the name of a metric");
  if (!name || std::ranges::find(known, *name) != known.end()) return name;
  faults.add(entry.value_mark(), unknown_name("metric", *name, known));
  return std::nullopt;
}

void read_secondary(const Entry& entry, const std::vector<std::string>& known, MetricRoles& roles, Faults& faults) {
  const auto items = entry.list(faults, "secondary metric", "a list of metrics");
  if (!items) return;
  for (const Entry& item : *items) {
    const auto name = read_metric(item, known, faults);
    if (!name) continue;
    if (*name == roles.primary) {
      faults.add(item.value_mark(), fmt::format("secondary metric {} is the primary one, want others", *name));
    } else if (std::ranges::find(roles.secondary, *name) != roles.secondary.end()) {
      faults.add(item.value_mark(), fmt::format("secondary metric {} stands twice, want it once", *name));
    } else {
      roles.secondary.push_back(*name);
    }
  }
}

void read_guardrails(const Entry& entry, const std::vector<std::string>& known, MetricRoles& roles, Faults& faults) {
  const auto items = entry.list(faults, "guardrail", "a list of {metric, margin}");
  if (!items) return;
  for (const Entry& item : *items) {
    const Map map{item, "in a guardrail", key_names_of(Section::guardrail), faults};
    const Entry* const metric = map.require("metric", "one", faults);
    const Entry* const margin = map.require("margin", "the relative loss that is acceptable, such as 0.1", faults);
    const auto name = metric ? read_metric(*metric, known, faults) : std::nullopt;
    // A loss of all that there is (1) or more would guard nothing: a margin of 10 is a slip for 0.1.
    const auto loss = margin ? margin->share(faults, "a fraction between 0 and 1, such as 0.1") : std::nullopt;
    if (name && std::ranges::find(roles.guardrails, *name, &Guardrail::metric) != roles.guardrails.end()) {
      faults.add(metric->value_mark(), fmt::format("guardrail {} stands twice, want it once", *name));
    } else if (name && loss) {
      roles.guardrails.push_back({.metric = *name, .margin = *loss});
    }
  }
}

}  // namespace

MetricRoles read_metric_roles(const Entry& entry, const std::vector<std::string>& known, Faults& faults) {
  MetricRoles roles;
  const Map map{entry, "in metrics of an experiment", key_names_of(Section::roles), faults};
  if (const Entry* const primary = map.find("primary")) {
    roles.primary = read_metric(*primary, known, faults).value_or(roles.primary);
  }
  if (const Entry* const secondary = map.find("secondary")) read_secondary(*secondary, known, roles, faults);
  if (const Entry* const guardrails = map.find("guardrails")) read_guardrails(*guardrails, known, roles, faults);
  return roles;
}

}  // namespace crossfade::config
