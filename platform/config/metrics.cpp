#include "platform/config/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "platform/config/load.h"

namespace crossfade::config {

namespace {

std::vector<std::string> known_metrics() {
  return {standard_metrics().begin(), standard_metrics().end()};
}

std::optional<std::string> read_metric(const Entry& entry, Faults& faults) {
  auto name = entry.text(faults, "the name of a metric");
  if (!name || std::ranges::find(standard_metrics(), *name) != standard_metrics().end()) return name;
  faults.add(entry.value_mark(), unknown_name("metric", *name, known_metrics()));
  return std::nullopt;
}

void read_secondary(const Entry& entry, MetricRoles& roles, Faults& faults) {
  const auto items = entry.list(faults, "secondary metric", "a list of metrics");
  if (!items) return;
  for (const Entry& item : *items) {
    const auto name = read_metric(item, faults);
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

void read_guardrails(const Entry& entry, MetricRoles& roles, Faults& faults) {
  const auto items = entry.list(faults, "guardrail", "a list of {metric, margin}");
  if (!items) return;
  for (const Entry& item : *items) {
    const Map map{item, "in a guardrail", {"metric", "margin"}, faults};
    const Entry* const metric = map.require("metric", "one", faults);
    const Entry* const margin = map.require("margin", "the relative loss that is acceptable, such as 0.1", faults);
    const auto name = metric ? read_metric(*metric, faults) : std::nullopt;
    // A loss of all that there is (1) or more would guard nothing: a margin of 10 is a slip for 0.1.
    const auto fits = [](double value) { return value > 0 && value < 1; };
    const auto loss = margin ? margin->number(faults, fits, "a fraction between 0 and 1, such as 0.1") : std::nullopt;
    if (name && std::ranges::find(roles.guardrails, *name, &Guardrail::metric) != roles.guardrails.end()) {
      faults.add(metric->value_mark(), fmt::format("guardrail {} stands twice, want it once", *name));
    } else if (name && loss) {
      roles.guardrails.push_back({.metric = *name, .margin = *loss});
    }
  }
}

}  // namespace

std::span<const std::string_view> standard_metrics() {
  static constexpr std::array<std::string_view, 5> metrics = {"time", "sessions", "mean_request_latency",
                                                              "mean_tracks_per_session", "mean_time_per_session"};
  return metrics;
}

MetricRoles read_metric_roles(const Entry& entry, Faults& faults) {
  MetricRoles roles;
  const Map map{entry, "in metrics of an experiment", {"primary", "secondary", "guardrails"}, faults};
  if (const Entry* const primary = map.find("primary")) {
    roles.primary = read_metric(*primary, faults).value_or(roles.primary);
  }
  if (const Entry* const secondary = map.find("secondary")) read_secondary(*secondary, roles, faults);
  if (const Entry* const guardrails = map.find("guardrails")) read_guardrails(*guardrails, roles, faults);
  return roles;
}

void refuse_metric_definitions(const Entry& entry, Faults& faults) {
  faults.add(entry.mark, fmt::format("metrics are defined here, which is not supported yet, want no such key; "
                                     "experiments can name {}",
                                     joined(known_metrics())));
}

}  // namespace crossfade::config
