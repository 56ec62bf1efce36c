#include "platform/analysis/after_launch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "platform/analysis/question/question.h"
#include "platform/analysis/report/facts.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/segments/shrinkage.h"

namespace crossfade::analysis {

namespace {

// The lift of a comparison and its error by the delta method, after CUPED where that decides; none without an error.
std::optional<stats::Effect> lift_with_error(const Report& report, const Comparison& comparison) {
  const VariantSummary& control = report.metrics.front().variants.front();
  if (!control.mean || *control.mean == 0 || !control.standard_deviation || control.n < 2) return std::nullopt;
  const bool adjusts = comparison.adjusted && comparison.adjusted->lift && comparison.adjusted->standard_error &&
                       mode_of(report) != SequentialMode::group_sequential;
  const auto lift = adjusts ? comparison.adjusted->lift : comparison.lift;
  const auto error = adjusts ? comparison.adjusted->standard_error : comparison.standard_error;
  if (!lift || !error || !(*error > 0)) return std::nullopt;
  const double left = adjusts ? 1 - comparison.adjusted->variance_reduction.value_or(0) : 1;
  const double of_control = *control.standard_deviation * *control.standard_deviation / static_cast<double>(control.n);
  const double variance = *error * *error + (2 * left + *lift) * *lift * of_control;
  if (!(variance > 0) || !std::isfinite(variance)) return std::nullopt;
  return stats::Effect{.estimate = *lift, .standard_error = std::sqrt(variance) / std::abs(*control.mean)};
}

// Whether what an experiment says of this metric counts, whatever it says.
std::optional<stats::Effect> ended_lift(const Report& report, const std::string& metric) {
  if (!ended(report) || report.decision.verdict == Verdict::invalid || report.metrics.empty()) return std::nullopt;
  const MetricReport& primary = report.metrics.front();
  if (primary.metric != metric || primary.comparisons.size() != 1) return std::nullopt;
  return lift_with_error(report, primary.comparisons.front());
}

struct PastLifts {
  int experiments = 0;
  std::optional<stats::Shrinkage> shrinkage;  // where they tell more than the prior
};

PastLifts past_lifts(const std::vector<stats::Effect>& effects) {
  PastLifts past{.experiments = static_cast<int>(effects.size()), .shrinkage = std::nullopt};
  if (past.experiments < kEnoughEnded) return past;
  const auto found = stats::shrinkage(effects);
  if (found && found->tau_squared > 0) past.shrinkage = *found;
  return past;
}

// Those that win, and those that an ended experiment found to differ.
std::vector<const Comparison*> found_in(const Report& report) {
  std::vector<const Comparison*> found;
  if (report.metrics.empty() || report.decision.verdict == Verdict::invalid) return found;
  const bool ships = report.decision.verdict == Verdict::ship;
  for (const Comparison& comparison : report.metrics.front().comparisons) {
    if (!comparison.deciding || !comparison.deciding->significant || !comparison.deciding->lift) continue;
    if (ended(report) || (ships && comparison.variant == report.decision.variant)) found.push_back(&comparison);
  }
  return found;
}

std::optional<AfterLaunch> expected(const Report& report, const Comparison& comparison, const PastLifts& past,
                                    const LiftPrior& prior) {
  AfterLaunch result;
  result.variant = comparison.variant;
  result.seen = *comparison.deciding->lift;
  result.experiments = past.experiments;
  const auto own = lift_with_error(report, comparison);
  if (past.shrinkage && own) {
    const stats::Shrunken shrunken = past.shrinkage->shrink(*own);
    const double half = stats::normal_upper_quantile((1 - report.configured_confidence_level) / 2) * shrunken.sd;
    result.by = ExpectedBy::shrinkage;
    result.lift = shrunken.mean;
    result.interval = {.lower = shrunken.mean - half, .upper = shrunken.mean + half};
    result.mean = past.shrinkage->mu;
    result.spread = std::sqrt(past.shrinkage->tau_squared);
    return result;
  }
  const auto& bayesian = comparison.bayesian;
  if (!bayesian || !bayesian->posterior_lift || !bayesian->lift_interval) return std::nullopt;
  result.lift = *bayesian->posterior_lift;
  result.interval = *bayesian->lift_interval;
  result.mean = prior.mean;
  result.spread = prior.sd;
  if (bayesian->prior_conflict && *bayesian->prior_conflict < kPriorConflict) {
    result.prior_conflict = bayesian->prior_conflict;
  }
  return result;
}

void set_after_launch(Report& report, const PastLifts& past, const LiftPrior& prior) {
  for (const Comparison* comparison : found_in(report)) {
    if (auto one = expected(report, *comparison, past, prior)) report.after_launch.push_back(*std::move(one));
  }
}

// Whether an experiment may have ended with this primary metric.
bool may_tell(const Configuration& configuration, const std::string& key, const std::string& metric) {
  const Experiment* const configured = find_configured(configuration, key);
  if (configured == nullptr) return default_roles().primary == metric;
  return configured->status == Status::stopped && configured->metrics.primary == metric &&
         configured->variants.size() == 2;
}

}  // namespace

void add_after_launch(std::vector<Report>& reports, const Configuration& configuration,
                      const OtherExperiments& others) {
  std::map<std::string, PastLifts> by_metric;
  const auto past_of = [&](const std::string& metric) -> PastLifts {
    std::vector<std::string> missing;
    std::vector<stats::Effect> effects;
    int candidates = 0;
    for (const std::string& key : others.keys()) {
      if (!may_tell(configuration, key, metric)) continue;
      ++candidates;
      const auto there = std::ranges::find(reports, key, &Report::experiment);
      if (there == reports.end()) {
        missing.push_back(key);
      } else if (const auto lift = ended_lift(*there, metric)) {
        effects.push_back(*lift);
      }
    }
    if (candidates < kEnoughEnded) return {.experiments = candidates, .shrinkage = std::nullopt};
    const std::vector<Report> read = missing.empty() ? std::vector<Report>{} : others.reports(missing);
    for (const Report& report : read) {
      if (const auto lift = ended_lift(report, metric)) effects.push_back(*lift);
    }
    return past_lifts(effects);
  };
  for (Report& report : reports) {
    if (found_in(report).empty()) continue;
    const std::string& metric = report.metrics.front().metric;
    auto past = by_metric.find(metric);
    if (past == by_metric.end()) past = by_metric.emplace(metric, past_of(metric)).first;
    set_after_launch(report, past->second, configuration.prior);
  }
}

void add_after_launch(Report& report, const LiftPrior& prior) {
  set_after_launch(report, {}, prior);
}

}  // namespace crossfade::analysis
