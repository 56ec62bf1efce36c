#pragma once

#include "platform/analysis/analyze.h"
#include "tests/platform/analysis/fake_store.h"

namespace crossfade::analysis::test {

// A week of the demo's second experiment, with numbers made by hand: the report that the renderers' tests and the
// page's author look at (report_example.json).
inline std::vector<Report> example_reports() {
  const auto variant = [](std::string key, std::int64_t units, std::int64_t defined, double session_time, double sd,
                          double sessions, double budget) {
    return Seen{.variant = std::move(key),
                .units = units,
                .time = moments(units, session_time * sessions, sd * 4.4),
                .sessions = moments(units, sessions, 1.95),
                .latency = {},
                .tracks_per_session = moments(defined, session_time + budget, sd * 1.1),
                .time_per_session = moments(defined, session_time, sd),
                .budget = moments(defined, budget, 1.04)};
  };
  auto data = aggregate("recommenders", {variant("random", 2503, 2431, 3.801, 2.214, 3.204, 4.997),
                                         variant("top_pop", 2489, 2424, 3.963, 2.296, 3.187, 5.013),
                                         variant("sticky_artist", 2511, 2447, 3.004, 1.713, 3.221, 5.007),
                                         variant("item_to_item", 2497, 2419, 5.858, 3.107, 3.196, 4.989)});
  data.multiple_variants = 2;
  Experiment configured = experiment(
      "recommenders", {"random", "top_pop", "sticky_artist", "item_to_item"},
      {.primary = "mean_time_per_session",
       .secondary = {"sessions", "mean_tracks_per_session"},
       .guardrails = {{.metric = "mean_request_latency", .margin = 0.1}, {.metric = "sessions", .margin = 0.1}}});
  configured.hypothesis = "What resembles the last track keeps people listening longer than any track does.";
  configured.owner = "recommendations";
  return analyze(configuration({configured}), FakeStore({data}), {});
}

}  // namespace crossfade::analysis::test
