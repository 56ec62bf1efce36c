#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/analysis/report/report.h"
#include "platform/core/configuration.h"
#include "platform/core/metric.h"

namespace crossfade::analysis {

// A metric of one experiment's report.
struct PlannedMetric {
  std::size_t position = 0;  // in the set
  Role role = Role::other;
  std::optional<double> margin = std::nullopt;  // of a guardrail
};

// What is read besides the metrics.
struct MetricExtras {
  int days = 0;                // days since exposure, of each metric
  int trend_days = 0;          // the same, of primary metrics
  bool session_times = false;  // of all sessions
  bool deciding_only = false;  // no metrics but primary ones and guardrails
  bool own_metrics = false;    // no metrics but those that an experiment names
};

// The metric whose events are the times of all ended sessions, one by one.
MetricDefinition session_time_metric();

// The metrics that are read from the store, in the order in which it is asked for them.
class MetricSet {
 public:
  // The standard metrics and the session budget, or (own_metrics) those of them that are named; and those of
  // `configuration` that one of the experiments or `shown` names.
  // Throws Error for a name in `shown` that nobody has, with the nearest known one.
  static MetricSet of_store(const Configuration& configuration, const std::vector<std::string>& shown,
                            const MetricExtras& extras);
  // A table's own.
  explicit MetricSet(std::vector<MetricDefinition> metrics);

  const std::vector<MetricDefinition>& query() const { return query_; }
  const MetricDefinition& operator[](std::size_t position) const { return query_[position]; }
  std::optional<std::size_t> find(std::string_view name) const;
  // Of the session budget: (tracks - time) / sessions of a unit.
  std::optional<std::size_t> session_budget() const { return session_budget_; }
  // The same metric on each day since exposure, from day 0 on; empty where that was not asked for, or cannot be.
  std::vector<std::size_t> by_day(std::size_t position) const;
  // The same on the first days, which say whether the effect changes; of primary metrics.
  std::vector<std::size_t> trend_days(std::size_t position) const;
  // by_day and trend_days of all metrics that have some.
  std::vector<std::vector<std::size_t>> days() const;
  // Of a primary metric over its look-back before the first exposure; none where it has none.
  std::optional<std::size_t> before(std::size_t position) const { return before_[position]; }
  std::optional<std::size_t> session_times() const { return session_times_; }

  // What a report shows: primary, secondary, guardrails, then what is left of those that everybody gets and of `shown`.
  // A metric stands once, in its first role; the margin of a guardrail counts in any.
  std::vector<PlannedMetric> planned(const MetricRoles& roles, const std::vector<std::string>& shown) const;

 private:
  MetricSet() = default;
  void add_everybodys();
  void add_days(const Configuration& configuration, const MetricExtras& extras);
  void add_before(const Configuration& configuration);

  std::vector<MetricDefinition> query_;
  std::size_t metrics_ = 0;     // the first ones of query_; what follows is for other sections
  std::size_t everybodys_ = 0;  // the first ones of metrics_
  std::optional<std::size_t> session_budget_;
  std::vector<std::vector<std::size_t>> days_;      // by position
  std::vector<std::vector<std::size_t>> trend_;     // by position
  std::vector<std::optional<std::size_t>> before_;  // by position
  std::optional<std::size_t> session_times_;
  bool deciding_only_ = false;
};

}  // namespace crossfade::analysis
