#include "platform/analysis/analyze.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/analysis/findings/findings.h"
#include "platform/analysis/findings/progress.h"
#include "platform/analysis/findings/traffic_report.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/question.h"
#include "platform/analysis/report/facts.h"
#include "platform/analysis/verdict/conclude.h"

namespace crossfade::analysis {

namespace {

void show_only(Report& report, const std::vector<std::string>& metrics) {
  if (metrics.empty()) return;
  std::erase_if(report.metrics,
                [&](const MetricReport& metric) { return std::ranges::find(metrics, metric.metric) == metrics.end(); });
}

// Those of an experiment's version, up to the time that is asked for.
std::vector<storage::Look> looks_of(const ExperimentData& data, const std::vector<storage::Look>& all,
                                    std::optional<Timestamp> until) {
  std::vector<storage::Look> looks;
  std::ranges::copy_if(all, std::back_inserter(looks), [&](const storage::Look& look) {
    return look.experiment == data.key && look.version == data.version && (!until || look.data_through < *until);
  });
  return looks;
}

// One experiment of a store.
class ExperimentAnalysis {
 public:
  ExperimentAnalysis(const Question& question, const FindingOptions& run, const Experiment* configured)
      : question_(question),
        run_(run),
        configured_(configured),
        roles_(configured != nullptr ? configured->metrics : default_roles()) {}

  Report report(const storage::ExperimentAggregate& aggregate, const std::vector<storage::Look>& all_looks) const {
    const ExperimentData data = arranged(aggregate);
    const std::vector<storage::Look> looks = looks_of(data, all_looks, run_.options.until);
    Report report = conclude(findings_of(data, roles_, looks, run_));
    if (const storage::Look* closing = report.plan ? closing_look(*report.plan, data, looks) : nullptr) {
      const std::vector<storage::Look> up_to_closing(looks.begin(), looks.begin() + (closing - looks.data()) + 1);
      Report then = as_of(*closing, up_to_closing, report.health.days);
      report = close(std::move(report), std::move(then), *closing);
    } else if (awaits_look(report)) {
      report = unlooked(std::move(report), data, looks);
    }
    if (run_.options.traffic && data.units() > 0) {
      report.traffic = traffic_report(data, run_.store->traffic({.experiment = data.key, .until = run_.options.until}),
                                      *run_.configuration, run_.confidence_level);
    }
    return report;
  }

 private:
  // Whether a plan decides by looks, and this is none.
  bool awaits_look(const Report& report) const {
    return !run_.options.is_look && !run_.options.until && report.plan && report.status == "running" &&
           report.data_through && report.plan->plan.mode != SequentialMode::always_valid;
  }

  // What the last recorded look decides.
  Report unlooked(Report report, const ExperimentData& data, const std::vector<storage::Look>& looks) const {
    const bool due = look_due(*report.plan, data, looks);
    if (looks.empty()) {
      report = not_looked_at(std::move(report));
    } else if (const storage::Look& last = looks.back(); !sees_all(last, data)) {
      Report then = as_of(last, looks, report.health.days);
      report = as_recorded(std::move(report), std::move(then), last);
    }
    report.plan->look_due = due;
    return report;
  }

  static bool sees_all(const storage::Look& look, const ExperimentData& data) {
    return look.units == data.units() && look.data_through == data.data_through;
  }

  ExperimentData arranged(const storage::ExperimentAggregate& aggregate) const {
    return arrange(configured_, aggregate, run_.options.control, question_.query.metrics.size());
  }

  // What was concluded from the data of the plan's last look.
  Report as_of(const storage::Look& closing, const std::vector<storage::Look>& looks, int days) const {
    storage::AggregateQuery query = question_.query;
    query.experiments = {closing.experiment};
    query.until = Timestamp{saturated_sum(closing.data_through.ms, 1)};
    const Closing last{.look = closing, .days = days};
    return conclude(findings_of(arranged(run_.store->aggregate(query).front()), roles_, looks, run_, &last));
  }

  const Question& question_;
  const FindingOptions& run_;
  const Experiment* configured_;
  const MetricRoles roles_;
};

}  // namespace

std::vector<Report> analyze(const Configuration& configuration, const storage::EventStore& store,
                            const AnalyzeOptions& options) {
  const Question question = question_of(configuration, options);
  const std::vector<storage::ExperimentAggregate> answer = answer_of(question, configuration, store);
  const std::vector<storage::Look> looks = store.looks();
  const FindingOptions run{.metrics = question.metrics,
                           .options = options,
                           .configuration = &configuration,
                           .store = &store,
                           .confidence_level = options.confidence_level.value_or(configuration.confidence_level)};
  std::vector<Report> reports;
  for (const storage::ExperimentAggregate& aggregate : answer) {
    const ExperimentAnalysis analysis(question, run, find_configured(configuration, aggregate.experiment));
    reports.push_back(analysis.report(aggregate, looks));
    show_only(reports.back(), options.metrics);
  }
  return reports;
}

Report analyze_table(const storage::ExperimentAggregate& aggregate, const TableMetrics& metrics,
                     const AnalyzeOptions& options) {
  const MetricSet set(metrics.metrics);
  const FindingOptions run{
      .metrics = set, .options = options, .confidence_level = options.confidence_level.value_or(0.95)};
  const ExperimentData data = arrange(nullptr, aggregate, options.control, metrics.metrics.size());
  Report report = conclude(findings_of(data, metrics.roles, {}, run));
  show_only(report, options.metrics);
  return report;
}

void record_looks(const std::vector<Report>& reports, Timestamp now, storage::EventStore& store) {
  for (const Report& report : reports) {
    if (report.status != "running" || !report.plan || !report.data_through) continue;
    store.record_look({.experiment = report.experiment,
                       .version = report.version,
                       .at = now,
                       .units = exposed_units(report),
                       .data_through = *report.data_through});
  }
}

}  // namespace crossfade::analysis
