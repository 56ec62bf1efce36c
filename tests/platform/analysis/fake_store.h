#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "platform/core/configuration.h"
#include "platform/storage/sqlite/query/metric_sql.h"
#include "tests/platform/storage/null_store.h"

namespace crossfade::analysis::test {

// A store that answers with aggregates made by hand, and remembers what it was asked.
class FakeStore final : public storage::NullStore {
 public:
  explicit FakeStore(std::vector<storage::ExperimentAggregate> aggregates) : aggregates_(std::move(aggregates)) {}

  std::vector<std::string> known_experiments() const override {
    std::vector<std::string> keys;
    for (const storage::ExperimentAggregate& one : aggregates_) keys.push_back(one.experiment);
    return keys;
  }

  std::vector<storage::ExperimentAggregate> aggregate(const storage::AggregateQuery& query) const override {
    queries.push_back(query);
    if (query.experiments.empty()) return aggregates_;
    std::vector<storage::ExperimentAggregate> asked;
    for (const std::string& key : query.experiments) {
      const auto found = std::ranges::find(aggregates_, key, &storage::ExperimentAggregate::experiment);
      if (found != aggregates_.end()) {
        asked.push_back(*found);
      } else {
        asked.emplace_back().experiment = key;
      }
    }
    return asked;
  }

  std::string metric_sql(const MetricDefinition& metric, const storage::SqlScope& scope) const override {
    return storage::metric_sql(metric, scope);
  }
  void visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const override {
    if (tracks_were_played) visit({}, {});
  }
  std::vector<Run> runs() const override { return recorded_runs; }
  void record_look(const storage::Look& look) override { recorded.push_back(look); }
  std::vector<storage::Look> looks() const override { return recorded; }
  void record_planned_size(const storage::PlannedSize& size) override { sizes.push_back(size); }
  std::vector<storage::PlannedSize> planned_sizes() const override { return sizes; }
  void record_call(const storage::Call& call) override { recorded_calls.push_back(call); }
  std::vector<storage::Call> calls() const override { return recorded_calls; }

  mutable std::vector<storage::AggregateQuery> queries;
  bool tracks_were_played = true;
  std::vector<Run> recorded_runs;
  std::vector<storage::Look> recorded;
  std::vector<storage::PlannedSize> sizes;
  std::vector<storage::Call> recorded_calls;

 private:
  std::vector<storage::ExperimentAggregate> aggregates_;
};

inline stats::Moments moments(std::int64_t n, double mean, double sd) {
  return n == 0 ? stats::Moments() : stats::Moments(n, mean, sd * sd * static_cast<double>(n - 1));
}

// Without history.
inline storage::MetricAggregate of(const stats::Moments& moments) {
  return {.moments = {moments.n(), {moments.mean()}, {{{moments.m2()}}}}, .events = {}};
}

// What one variant's units did, in the order of the query: time, sessions, latency, tracks a session, time a session,
// and the session budget.
struct Seen {
  std::string variant;
  std::int64_t units = 0;
  stats::Moments time;
  stats::Moments sessions;
  stats::Moments latency;
  stats::Moments tracks_per_session;
  stats::Moments time_per_session;
  stats::Moments budget;
};

// A plausible variant: `units` of which 97 in 100 have ended a session, with this mean session time.
inline Seen seen(std::string variant, std::int64_t units, double session_time, double sd = 2.2) {
  const std::int64_t n = units * 97 / 100;
  return {.variant = std::move(variant),
          .units = units,
          .time = moments(units, session_time * 3.2, 9.8),
          .sessions = moments(units, 3.2, 1.95),
          .latency = {},
          .tracks_per_session = moments(n, session_time + 5, sd * 1.1),
          .time_per_session = moments(n, session_time, sd),
          .budget = moments(n, 5, 1.02)};
}

// Seven days from 2026-01-05 on, unless told otherwise.
inline storage::ExperimentAggregate aggregate(std::string key, const std::vector<Seen>& variants, int days = 7) {
  storage::ExperimentAggregate result;
  result.experiment = std::move(key);
  for (const Seen& variant : variants) {
    result.variants.push_back(
        {.variant = variant.variant,
         .units = variant.units,
         .metrics = {of(variant.time), of(variant.sessions), of(variant.latency), of(variant.tracks_per_session),
                     of(variant.time_per_session), of(variant.budget)}});
  }
  std::ranges::sort(result.variants, {}, &storage::VariantAggregate::variant);
  const Timestamp start = *parse_timestamp("2026-01-05T00:00:03.120Z");
  result.first_exposure = start;
  result.last_exposure = Timestamp{start.ms + (days - 1) * kMsPerDay};
  result.data_through = Timestamp{result.last_exposure->ms + 3'600'000};
  return result;
}

inline Experiment experiment(std::string key, const std::vector<std::string>& variants, MetricRoles roles = {}) {
  Experiment result;
  result.key = std::move(key);
  result.status = Status::running;
  for (const std::string& variant : variants) {
    result.variants.push_back({.key = variant,
                               .weight = 1.0 / static_cast<double>(variants.size()),
                               .control = variant == variants.front(),
                               .parameters = {}});
  }
  result.metrics = std::move(roles);
  return result;
}

inline Configuration configuration(std::vector<Experiment> experiments) {
  Configuration result;
  result.experiments = std::move(experiments);
  return result;
}

}  // namespace crossfade::analysis::test
