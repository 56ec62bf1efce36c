#include "platform/analysis/question/metric_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/core/error.h"

namespace crossfade::analysis {

namespace {

constexpr std::string_view kSessionBudget = "tracks_minus_time_per_session";

MetricDefinition session_budget_metric() {
  const auto difference = Expression::parse("tracks - time", fields_of(EventKind::session), ExpressionKind::number);
  MetricDefinition metric;
  metric.name = kSessionBudget;
  metric.numerator = {.aggregate = Aggregation::sum, .value = std::get<Expression>(difference)};
  metric.denominator = EventAggregate{};
  metric.lookback_days = 0;
  return metric;
}

bool names(const MetricRoles& roles, const std::string& metric) {
  return roles.primary == metric || std::ranges::find(roles.secondary, metric) != roles.secondary.end() ||
         std::ranges::find(roles.guardrails, metric, &Guardrail::metric) != roles.guardrails.end();
}

bool is_named(const std::string& metric, const Configuration& configuration, const std::vector<std::string>& shown) {
  return std::ranges::find(shown, metric) != shown.end() ||
         std::ranges::any_of(configuration.experiments,
                             [&](const Experiment& experiment) { return names(experiment.metrics, metric); });
}

bool decides_any(const std::string& metric, const Configuration& configuration) {
  return std::ranges::any_of(configuration.experiments, [&](const Experiment& one) {
    return one.metrics.primary == metric ||
           std::ranges::find(one.metrics.guardrails, metric, &Guardrail::metric) != one.metrics.guardrails.end();
  });
}

// Of an experiment, or of those that only the store knows.
bool is_primary(const std::string& metric, const Configuration& configuration) {
  return metric == MetricRoles().primary || std::ranges::any_of(configuration.experiments, [&](const Experiment& one) {
           return one.metrics.primary == metric;
         });
}

[[noreturn]] void throw_unknown_metric(const std::string& name, std::span<const MetricDefinition> known) {
  std::vector<std::string> all;
  for (const MetricDefinition& metric : known) all.push_back(metric.name);
  const std::string near = nearest_name(name, all);
  throw Error::user(fmt::format(
      "no metric \"{}\"; {}", name,
      near.empty() ? fmt::format("known: {}", fmt::join(all, ", ")) : fmt::format("did you mean \"{}\"?", near)));
}

void require_known(const std::vector<std::string>& shown, const std::vector<MetricDefinition>& known) {
  for (const std::string& name : shown) {
    if (std::ranges::find(known, name, &MetricDefinition::name) == known.end()) throw_unknown_metric(name, known);
  }
}

// Days of what has a window of its own, or is no sum over units, say nothing.
bool has_days(const MetricDefinition& metric) {
  return metric.window == Window{} && metric.type != MetricType::quantile && metric.type != MetricType::retention &&
         metric.name != kSessionBudget;
}

}  // namespace

MetricDefinition session_time_metric() {
  const auto time = Expression::parse("time", fields_of(EventKind::session), ExpressionKind::number);
  MetricDefinition metric;
  metric.name = "session_time";
  metric.type = MetricType::quantile;
  metric.numerator = {.aggregate = Aggregation::sum, .value = std::get<Expression>(time)};
  metric.lookback_days = 0;
  return metric;
}

MetricSet MetricSet::of_store(const Configuration& configuration, const std::vector<std::string>& shown,
                              const MetricExtras& extras) {
  require_known(shown, all_metrics(configuration));
  MetricSet set;
  set.deciding_only_ = extras.deciding_only;
  if (extras.deciding_only) {
    for (const MetricDefinition& metric : all_metrics(configuration)) {
      if (metric.name == MetricRoles().primary || decides_any(metric.name, configuration)) set.query_.push_back(metric);
    }
  } else {
    if (!extras.own_metrics) set.add_everybodys();
    for (const MetricDefinition& metric : standard_metrics()) {
      if (!extras.own_metrics) break;
      // What experiments that only the store knows are decided by.
      const bool usual = metric.name == MetricRoles().primary;
      if (usual || is_named(metric.name, configuration, shown)) set.query_.push_back(metric);
    }
    for (const MetricDefinition& metric : configuration.metrics) {
      if (is_named(metric.name, configuration, shown)) set.query_.push_back(metric);
    }
  }
  set.metrics_ = set.query_.size();
  set.add_before(configuration);
  set.add_days(configuration, extras);
  if (extras.session_times) {
    set.session_times_ = set.query_.size();
    set.query_.push_back(session_time_metric());
  }
  return set;
}

// The standard metrics, and what simulated listeners are checked by.
void MetricSet::add_everybodys() {
  query_.assign(standard_metrics().begin(), standard_metrics().end());
  everybodys_ = query_.size();
  session_budget_ = query_.size();
  query_.push_back(session_budget_metric());
}

MetricSet::MetricSet(std::vector<MetricDefinition> metrics) : query_(std::move(metrics)), metrics_(query_.size()) {
  days_.resize(metrics_);
  trend_.resize(metrics_);
  before_.resize(metrics_);
}

// They are what CUPED takes out as well, so that nothing more is counted.
void MetricSet::add_before(const Configuration& configuration) {
  before_.resize(metrics_);
  for (std::size_t i = 0; i < metrics_; ++i) {
    const bool adjustable = query_[i].type == MetricType::mean || query_[i].type == MetricType::ratio;
    if (!adjustable || query_[i].lookback_days <= 0 || i == session_budget_) continue;
    if (!is_primary(query_[i].name, configuration)) continue;
    MetricDefinition before = query_[i];
    before.window = {.begin_ms = -before.lookback_days * kMsPerDay, .end_ms = 0};
    before.lookback_days = 0;
    before.winsorize = std::nullopt;
    before_[i] = query_.size();
    query_.push_back(std::move(before));
  }
}

void MetricSet::add_days(const Configuration& configuration, const MetricExtras& extras) {
  days_.resize(metrics_);
  trend_.resize(metrics_);
  for (std::size_t i = 0; i < metrics_; ++i) {
    if (!has_days(query_[i])) continue;
    const int of_trend = is_primary(query_[i].name, configuration) ? extras.trend_days : 0;
    for (int day = 0; day < std::max(extras.days, of_trend); ++day) {
      if (day < extras.days) days_[i].push_back(query_.size());
      if (day < of_trend) trend_[i].push_back(query_.size());
      MetricDefinition one = query_[i];
      one.window = {.begin_ms = day * kMsPerDay, .end_ms = (day + 1) * kMsPerDay};
      one.lookback_days = 0;
      one.winsorize = std::nullopt;
      query_.push_back(std::move(one));
    }
  }
}

std::optional<std::size_t> MetricSet::find(std::string_view name) const {
  for (std::size_t i = 0; i < metrics_; ++i) {
    if (query_[i].name == name && i != session_budget_) return i;
  }
  return std::nullopt;
}

std::vector<std::size_t> MetricSet::by_day(std::size_t position) const {
  return days_[position];
}

std::vector<std::vector<std::size_t>> MetricSet::days() const {
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t i = 0; i < days_.size(); ++i) {
    if (!days_[i].empty()) all.push_back(days_[i]);
    if (!trend_[i].empty() && trend_[i] != days_[i]) all.push_back(trend_[i]);
  }
  return all;
}

std::vector<std::size_t> MetricSet::trend_days(std::size_t position) const {
  return trend_[position];
}

std::vector<PlannedMetric> MetricSet::planned(const MetricRoles& roles, const std::vector<std::string>& shown) const {
  std::vector<PlannedMetric> planned;
  const auto add = [&](std::size_t position, Role role) -> PlannedMetric& {
    const auto found = std::ranges::find(planned, position, &PlannedMetric::position);
    if (found != planned.end()) return *found;
    return planned.emplace_back(PlannedMetric{.position = position, .role = role});
  };
  const auto place_of = [this](const std::string& name) {
    const auto place = find(name);
    if (!place) throw_unknown_metric(name, std::span(query_).first(session_budget_.value_or(metrics_)));
    return *place;
  };
  add(place_of(roles.primary), Role::primary);
  for (const std::string& name : roles.secondary) {
    if (!deciding_only_) add(place_of(name), Role::secondary);
  }
  for (const Guardrail& guardrail : roles.guardrails) {
    add(place_of(guardrail.metric), Role::guardrail).margin = guardrail.margin;
  }
  for (std::size_t position = 0; position < everybodys_; ++position) add(position, Role::other);
  for (const std::string& name : shown) {
    if (const auto position = find(name)) add(*position, Role::other);
  }
  return planned;
}

}  // namespace crossfade::analysis
