#include "platform/analysis/analyze.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/analysis/after_launch.h"
#include "platform/analysis/findings/findings.h"
#include "platform/analysis/findings/health.h"
#include "platform/analysis/findings/split.h"
#include "platform/analysis/findings/traffic_report.h"
#include "platform/analysis/planning/progress.h"
#include "platform/analysis/question/arrange.h"
#include "platform/analysis/question/question.h"
#include "platform/analysis/report/facts.h"
#include "platform/analysis/verdict/conclude.h"
#include "platform/analysis/verdict/later_data.h"

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

// Those of a report's experiment, version and control, up to the time that is asked for.
std::vector<storage::Call> calls_of(const Report& report, const std::vector<storage::Call>& all,
                                    std::optional<Timestamp> until) {
  std::vector<storage::Call> calls;
  std::ranges::copy_if(all, std::back_inserter(calls), [&](const storage::Call& call) {
    return call.experiment == report.experiment && call.version == report.version && call.control == report.control &&
           (!until || call.data_through < *until);
  });
  return calls;
}

// What calls: the metrics that decide, with their margins, at which error rate, in which mode.
std::string calling_rule(const Report& report) {
  std::string rule = fmt::format("{} at {:.6g}", to_string(mode_of(report)), decision_alpha(report));
  for (const MetricReport& metric : report.metrics) {
    if (&metric == &report.metrics.front()) rule += fmt::format(", {}", metric.metric);
    if (metric.margin) rule += fmt::format(", {} within {}", metric.metric, *metric.margin);
  }
  return rule;
}

// Whether the data of the report alone say so.
bool calls(const Report& report, const storage::Call& call) {
  return std::ranges::find(report.calls, CalledTreatment{call.variant, call.called}) != report.calls.end();
}

// What of a store tells what was seen before.
struct Recorded {
  std::vector<storage::Look> looks;
  std::vector<storage::Call> calls;
  Timestamp exclusions;  // when they changed last: what was called before may not stand any more
};

// One experiment of a store.
class ExperimentAnalysis {
 public:
  ExperimentAnalysis(const Question& question, const FindingOptions& run, const Experiment* configured)
      : question_(question),
        run_(run),
        configured_(configured),
        roles_(configured != nullptr ? configured->metrics : default_roles()) {}

  Report report(const storage::ExperimentAggregate& aggregate, const Recorded& recorded) const {
    const ExperimentData data = arranged(aggregate);
    const std::vector<storage::Look> looks = looks_of(data, recorded.looks, run_.options.until);
    Report report = conclude(findings_of(data, roles_, looks, run_));
    const std::vector<Standing> earlier = standing(report, recorded.calls, looks);
    report = stand(std::move(report), earlier);
    if (const storage::Look* closing = report.plan ? closing_look(*report.plan, data, looks) : nullptr) {
      const std::vector<storage::Look> up_to_closing(looks.begin(), looks.begin() + (closing - looks.data()) + 1);
      Report then = at_look(*closing, up_to_closing, report.health.days, earlier);
      report = close(std::move(report), std::move(then), *closing);
    } else if (awaits_look(report)) {
      report = unlooked(std::move(report), data, looks, earlier);
    }
    warn_of_later_data(report);
    report.decision.look_due = calls_anew(report, recorded);
    if (report.srm.mismatch && !run_.options.deciding_only) report.health.split = split_of(data);
    if (run_.options.traffic && data.units() > 0) {
      const storage::Traffic traffic = run_.store->traffic(
          {.experiment = data.key, .until = run_.options.until, .overridden = overridden_in(data.configured)});
      report.traffic = traffic_report(data, traffic, *run_.configuration, run_.confidence_level);
      add_traffic_warnings(report);
    }
    return report;
  }

 private:
  // One more pass over the sessions, for a fault before whose end nothing can be concluded.
  std::optional<SplitSearch> split_of(const ExperimentData& data) const {
    const storage::AggregateQuery query{.experiments = {data.key},
                                        .metrics = {},
                                        .dimensions = all_dimensions(*run_.configuration),
                                        .overlaps = {},
                                        .until = run_.options.until,
                                        .overridden = question_.query.overridden};
    const std::vector<storage::UnitTable> tables = run_.store->unit_tables(query);
    return tables.empty() ? std::nullopt : split_search(data, tables.front());
  }

  // Whether a plan decides by looks, and this is none.
  bool awaits_look(const Report& report) const {
    return !run_.options.is_look && !run_.options.until && report.plan && report.status == "running" &&
           report.data_through && report.plan->plan.mode != SequentialMode::always_valid;
  }

  // Whether a look would record what is called. Asked by who reads what a look would see.
  bool calls_anew(const Report& report, const Recorded& recorded) const {
    const AnalyzeOptions& options = run_.options;
    if (report.status != "running" || options.is_look || options.until || !report.as_configured) return false;
    std::vector<storage::Call> known = calls_of(report, recorded.calls, std::nullopt);
    const std::string rule = calling_rule(report);
    std::erase_if(known, [&](const storage::Call& call) { return call.at < recorded.exclusions || call.rule != rule; });
    return std::ranges::any_of(report.calls, [&](const CalledTreatment& called) {
      return std::ranges::none_of(
          known, [&](const storage::Call& call) { return CalledTreatment{call.variant, call.called} == called; });
    });
  }

  // What the last recorded look decides.
  Report unlooked(Report report, const ExperimentData& data, const std::vector<storage::Look>& looks,
                  const std::vector<Standing>& earlier) const {
    const bool due = look_due(*report.plan, data, looks);
    if (looks.empty()) {
      report = not_looked_at(std::move(report));
    } else if (const storage::Look& last = looks.back(); !sees_all(last, data)) {
      Report then = at_look(last, looks, report.health.days, earlier);
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

  // Of all recorded calls those that the report's data alone do not make, and the data of their looks still do: what
  // was excluded since then is not in them.
  std::vector<Standing> standing(const Report& report, const std::vector<storage::Call>& recorded,
                                 const std::vector<storage::Look>& looks) const {
    std::vector<Standing> standing;
    for (const storage::Call& call : calls_of(report, recorded, run_.options.until)) {
      if (calls(report, call)) continue;
      const storage::Look look{.experiment = call.experiment,
                               .version = call.version,
                               .at = call.at,
                               .units = call.units,
                               .data_through = call.data_through};
      std::vector<storage::Look> up_to_call;
      std::ranges::copy_if(looks, std::back_inserter(up_to_call),
                           [&](const storage::Look& one) { return one.data_through <= call.data_through; });
      Report then = as_of(look, up_to_call, report.health.days);
      if (calls(then, call)) standing.push_back({.then = std::move(then), .call = call});
    }
    return standing;
  }

  // What was concluded at a look: by its data, and by what was called before.
  Report at_look(const storage::Look& look, const std::vector<storage::Look>& looks, int days,
                 std::vector<Standing> earlier) const {
    std::erase_if(earlier, [&](const Standing& one) { return one.call.data_through > look.data_through; });
    return stand(as_of(look, looks, days), earlier);
  }

  // What is concluded from the data of a look alone.
  Report as_of(const storage::Look& look, const std::vector<storage::Look>& looks, int days) const {
    storage::AggregateQuery query = question_.query;
    query.experiments = {look.experiment};
    query.until = Timestamp{saturated_sum(look.data_through.ms, 1)};
    const Closing last{.look = look, .days = days};
    return conclude(findings_of(arranged(run_.store->aggregate(query).front()), roles_, looks, run_, &last));
  }

  const Question& question_;
  const FindingOptions& run_;
  const Experiment* configured_;
  const MetricRoles roles_;
};

std::vector<Report> reports_of(const Configuration& configuration, const storage::EventStore& store,
                               const AnalyzeOptions& options) {
  const Question question = question_of(configuration, options, store);
  const std::vector<storage::ExperimentAggregate> answer = answer_of(question, configuration, store);
  const Recorded recorded{
      .looks = store.looks(), .calls = store.calls(), .exclusions = storage::last_change(store.exclusions())};
  const std::vector<storage::PlannedSize> planned_sizes = store.planned_sizes();
  const std::vector<Run> runs = store.runs();
  const std::vector<ServedFile> files = store.served_files();
  const FindingOptions run{.metrics = question.metrics,
                           .options = options,
                           .configuration = &configuration,
                           .store = &store,
                           .planned_sizes = planned_sizes,
                           .files = files,
                           .runs = runs,
                           .confidence_level = options.confidence_level.value_or(configuration.confidence_level),
                           .configured_level = configuration.confidence_level};
  std::vector<Report> reports;
  for (const storage::ExperimentAggregate& aggregate : answer) {
    const ExperimentAnalysis analysis(question, run, find_configured(configuration, aggregate.experiment));
    reports.push_back(analysis.report(aggregate, recorded));
  }
  return reports;
}

// Of the configuration and of the store.
std::vector<std::string> known_experiments(const Configuration& configuration, const storage::EventStore& store) {
  std::vector<std::string> keys = store.known_experiments();
  for (const Experiment& experiment : configuration.experiments) {
    if (std::ranges::find(keys, experiment.key) == keys.end()) keys.push_back(experiment.key);
  }
  return keys;
}

}  // namespace

std::vector<Report> analyze(const Configuration& configuration, const storage::EventStore& store,
                            const AnalyzeOptions& options) {
  std::vector<Report> reports = reports_of(configuration, store, options);
  const auto past_reports = [&](const std::vector<std::string>& keys) {
    AnalyzeOptions past;
    past.experiments = keys;
    past.until = options.until;
    past.configuration_changes = options.configuration_changes;
    past.deciding_only = true;
    past.interactions = false;
    return reports_of(configuration, store, past);
  };
  add_after_launch(reports, configuration,
                   {.keys = [&] { return known_experiments(configuration, store); }, .reports = past_reports});
  for (Report& report : reports) show_only(report, options.metrics);
  return reports;
}

void record_looks(const std::vector<Report>& reports, Timestamp now, storage::EventStore& store) {
  for (const Report& report : reports) {
    if (report.status != "running" || !report.data_through) continue;
    for (const CalledTreatment& called : report.calls) {
      if (!report.as_configured) break;
      store.record_call({.experiment = report.experiment,
                         .version = report.version,
                         .control = report.control,
                         .variant = called.variant,
                         .called = called.called,
                         .rule = calling_rule(report),
                         .at = now,
                         .units = exposed_units(report),
                         .data_through = *report.data_through});
    }
    if (!report.plan) continue;
    store.record_look({.experiment = report.experiment,
                       .version = report.version,
                       .at = now,
                       .units = exposed_units(report),
                       .data_through = *report.data_through});
    if (!report.plan->size || !report.plan->size->fixable || !report.plan->planned_units) continue;
    store.record_planned_size({.experiment = report.experiment,
                               .version = report.version,
                               .plan = report.plan->size->plan,
                               .units = static_cast<std::int64_t>(*report.plan->planned_units),
                               .from_units = report.plan->size->from_units,
                               .at = now,
                               .data_through = *report.data_through});
  }
}

}  // namespace crossfade::analysis
