#include "platform/analysis/analyze_table.h"

#include <algorithm>
#include <utility>

#include "platform/analysis/after_launch.h"
#include "platform/analysis/findings/findings.h"
#include "platform/analysis/findings/split.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/metric_set.h"
#include "platform/analysis/verdict/conclude.h"

namespace crossfade::analysis {

namespace {

class TableAnalysis {
 public:
  TableAnalysis(const TableQuestion& question, const AnalyzeOptions& options, bool sequence_only = false)
      : question_(question), options_(options), metrics_(question.metrics), sequence_only_(sequence_only) {}

  ExperimentData arranged(const storage::ExperimentAggregate& aggregate) const {
    ExperimentData data = arrange(nullptr, aggregate, options_.control, question_.metrics.size());
    if (!question_.weights.empty()) set_weights(data, question_.weights);
    if (question_.single_look) {
      data.plan = Plan{.alpha = *question_.single_look, .sample_size = data.units(), .mode = SequentialMode::fixed};
    }
    data.warnings = question_.warnings;
    return data;
  }

  Report findings(const ExperimentData& data) const {
    return findings_of(data, question_.roles, {},
                       {.metrics = metrics_,
                        .options = options_,
                        .confidence_level = options_.confidence_level.value_or(0.95),
                        .sequence_only = sequence_only_});
  }

  Report concluded(Report found, const ExperimentData& data) const {
    Report report = conclude(std::move(found));
    if (report.srm.mismatch) report.health.split = split_search(data);
    add_after_launch(report, LiftPrior{});
    if (!options_.metrics.empty()) {
      std::erase_if(report.metrics, [&](const MetricReport& metric) {
        return std::ranges::find(options_.metrics, metric.metric) == options_.metrics.end();
      });
    }
    return report;
  }

 private:
  const TableQuestion& question_;
  const AnalyzeOptions& options_;
  const MetricSet metrics_;
  const bool sequence_only_;
};

// What both have in common; nothing where that is nothing.
std::optional<Interval> common(const Interval& one, const Interval& other) {
  const Interval both{.lower = std::max(one.lower, other.lower), .upper = std::min(one.upper, other.upper)};
  return both.lower <= both.upper ? std::optional(both) : std::nullopt;
}

// `then` and `now` together. Looks that contradict each other, which chance alone hardly makes them do: the later
// stands.
AlwaysValid together(const AlwaysValid& then, const AlwaysValid& now) {
  if (!then.interval || !then.p_value) return now;
  if (!now.interval || !now.p_value) return then;
  const auto interval = common(*then.interval, *now.interval);
  if (!interval) return now;
  AlwaysValid both = now;
  both.interval = interval;
  both.p_value = std::min(*then.p_value, *now.p_value);
  if (then.adjusted_p_value && now.adjusted_p_value) {
    both.adjusted_p_value = std::min(*then.adjusted_p_value, *now.adjusted_p_value);
  }
  if (then.lift_interval && now.lift_interval) {
    both.lift_interval = common(*then.lift_interval, *now.lift_interval);
    if (!both.lift_interval) both.lift_interval = now.lift_interval;
  } else if (then.lift_interval) {
    both.lift_interval = then.lift_interval;
    both.reason.clear();
  }
  return both;
}

SnapshotLook look_at(const std::string& at, const MetricReport& metric, const Comparison& comparison) {
  SnapshotLook look{
      .at = at, .n = metric.variants.front().n, .effect = comparison.effect, .p_value = {}, .interval = {}};
  const auto treatment = std::ranges::find(metric.variants, comparison.variant, &VariantSummary::variant);
  if (treatment != metric.variants.end()) look.n += treatment->n;
  if (comparison.always_valid) {
    look.p_value = comparison.always_valid->p_value;
    look.interval = comparison.always_valid->interval;
  }
  return look;
}

// Takes the looks before it into a report. Both have the same metrics in the same order.
class LooksTogether {
 public:
  void add(const std::string& at, Report& report) {
    for (MetricReport& metric : report.metrics) {
      for (Comparison& comparison : metric.comparisons) {
        if (!comparison.always_valid) continue;
        Seen& seen = seen_[{metric.metric, comparison.variant}];
        seen.looks.push_back(look_at(at, metric, comparison));
        if (seen.all) comparison.always_valid = together(*seen.all, *comparison.always_valid);
        seen.all = comparison.always_valid;
        comparison.looks = seen.looks;
      }
    }
  }

 private:
  struct Seen {
    std::vector<SnapshotLook> looks;
    std::optional<AlwaysValid> all;
  };
  std::map<std::pair<std::string, std::string>, Seen> seen_;  // by metric and treatment
};

bool has_control(const storage::ExperimentAggregate& aggregate, const std::string& control) {
  return std::ranges::find(aggregate.variants, control, &storage::VariantAggregate::variant) !=
         aggregate.variants.end();
}

}  // namespace

Report analyze_table(const storage::ExperimentAggregate& aggregate, const TableQuestion& question,
                     const AnalyzeOptions& options) {
  const TableAnalysis analysis(question, options);
  const ExperimentData data = analysis.arranged(aggregate);
  return analysis.concluded(analysis.findings(data), data);
}

Report analyze_snapshots(std::span<const TableSnapshot> snapshots, const TableQuestion& question,
                         const AnalyzeOptions& options) {
  const TableSnapshot& last = snapshots.back();
  if (snapshots.size() == 1 || question.single_look) return analyze_table(last.aggregate, question, options);
  const TableAnalysis analysis(question, options);
  const ExperimentData data = analysis.arranged(last.aggregate);
  Report report = analysis.findings(data);

  // Earlier ones may not have all variants yet; they are compared with the same control, and their split is not judged.
  TableQuestion earlier = question;
  earlier.weights.clear();
  earlier.roles.secondary.clear();
  AnalyzeOptions then = options;
  then.control = data.variants.empty() ? "" : data.control().key;
  const TableAnalysis before(earlier, then, true);
  LooksTogether looks;
  for (const TableSnapshot& snapshot : snapshots.first(snapshots.size() - 1)) {
    if (!has_control(snapshot.aggregate, then.control)) continue;
    Report found = before.findings(before.arranged(snapshot.aggregate));
    looks.add(snapshot.at, found);
  }
  looks.add(last.at, report);
  return analysis.concluded(std::move(report), data);
}

}  // namespace crossfade::analysis
