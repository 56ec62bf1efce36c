#include "platform/analysis/analyze.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "platform/analysis/question/question.h"
#include "platform/core/error.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

std::vector<std::string> metric_names(const Report& report) {
  std::vector<std::string> names;
  names.reserve(report.metrics.size());
  for (const MetricReport& metric : report.metrics) names.push_back(metric.metric);
  return names;
}

std::vector<std::string> variant_names(const Report& report) {
  std::vector<std::string> names;
  names.reserve(report.units.size());
  for (const VariantUnits& variant : report.units) names.push_back(variant.variant);
  return names;
}

std::string message_of(const Configuration& config, const FakeStore& store, const AnalyzeOptions& options) {
  try {
    analyze(config, store, options);
  } catch (const Error& error) {
    CHECK(error.kind() != Error::Kind::internal);
    return error.what();
  }
  return "no error";
}

AnalyzeOptions only(std::string experiment) {
  AnalyzeOptions options;
  options.experiments = {std::move(experiment)};
  return options;
}

const std::vector<Seen> kTwo = {seen("control", 1000, 3.8), seen("treatment", 1010, 3.9)};

}  // namespace

TEST_CASE("analyze: one pass over the store, whatever the number of experiments and metrics", "[analysis]") {
  const FakeStore store({aggregate("a", kTwo), aggregate("b", kTwo), aggregate("imported", kTwo)});
  AnalyzeOptions options;
  options.until = parse_timestamp("2026-01-09");
  const auto reports =
      analyze(configuration({experiment("b", {"control", "treatment"}), experiment("a", {"control", "treatment"})}),
              store, options);
  REQUIRE(store.queries.size() == 1);
  CHECK(store.queries[0].experiments.empty());
  CHECK(store.queries[0].metrics.size() == 7 + kTrendDays);
  CHECK(store.queries[0].until == options.until);
  REQUIRE(reports.size() == 3);
  CHECK(reports[0].experiment == "b");  // the configuration's order
  CHECK(reports[1].experiment == "a");
  CHECK(reports[2].experiment == "imported");
  CHECK(reports[0].status == "running");
  CHECK(reports[2].status == "imported");
}

TEST_CASE("analyze: a service that plays no tracks is asked for its own metrics alone", "[analysis]") {
  Configuration config = configuration({experiment("a", {"control", "treatment"})});
  config.metrics = {{.name = "clicks", .numerator = {.event = EventKind::custom, .name = "click"}},
                    {.name = "unused", .numerator = {.event = EventKind::custom, .name = "other"}}};
  config.experiments[0].metrics.primary = "clicks";
  const auto shown = [&](const FakeStore& store) {
    const Question question = question_of(config, {}, store);
    std::vector<std::string> names;
    for (const PlannedMetric& one : question.metrics.planned(config.experiments[0].metrics, {})) {
      names.push_back(question.metrics[one.position].name);
    }
    CHECK(question.metrics.session_budget().has_value() == (names.size() > 1));
    return names;
  };
  FakeStore store({aggregate("a", kTwo)});
  CHECK(shown(store).size() == 6);
  store.tracks_were_played = false;
  CHECK(shown(store) == std::vector<std::string>{"clicks"});
  // What only the store knows is judged by what everybody gets, and so is a service with recommenders.
  FakeStore with_imported({aggregate("a", kTwo), aggregate("imported", kTwo)});
  with_imported.tracks_were_played = false;
  CHECK(shown(with_imported).size() == 6);
  config.recommenders = {{.name = "r", .type = "random", .fallback = "", .options = {}}};
  CHECK(shown(store).size() == 6);
}

TEST_CASE(
    "analyze: asks for the five standard metrics, the session budget, the configured ones that are named, and history",
    "[analysis]") {
  const FakeStore store({aggregate("a", kTwo)});
  analyze({}, store, {});
  const auto& metrics = store.queries.at(0).metrics;
  REQUIRE(metrics.size() == 7 + kTrendDays);
  for (std::size_t i = 0; i < 5; ++i) CHECK(metrics[i] == standard_metrics()[i]);
  CHECK(metrics[5].numerator.value->text() == "tracks - time");
  CHECK(metrics[5].denominator == EventAggregate{});
  CHECK(metrics[5].lookback_days == 0);
  CHECK(metrics[6].name == "mean_time_per_session");  // before the first exposure
  CHECK(metrics[6].window == Window{.begin_ms = -14 * kMsPerDay, .end_ms = 0});
  CHECK(metrics.back().name == "mean_time_per_session");  // on each of the first days, for its trend
  CHECK(metrics.back().window == Window{.begin_ms = (kTrendDays - 1) * kMsPerDay, .end_ms = kTrendDays * kMsPerDay});

  Configuration config = configuration({experiment("a", {"control", "treatment"})});
  config.metrics = {{.name = "asked"}, {.name = "named"}, {.name = "idle"}};
  config.experiments[0].metrics.secondary = {"named"};
  CHECK(message_of(config, store, only("unseen")) != "no error");
  CHECK(store.queries.size() == 1);  // a name that nobody has costs no pass
  AnalyzeOptions options = only("a");
  options.metrics = {"asked"};
  analyze(config, store, options);
  const auto& more = store.queries.at(1).metrics;
  REQUIRE(more.size() == 9 + kTrendDays);
  CHECK(more[6].name == "asked");
  CHECK(more[7].name == "named");
}

TEST_CASE("analyze: roles are the configuration's, primary first, every standard metric once", "[analysis]") {
  const FakeStore store({aggregate("a", kTwo)});
  const MetricRoles roles{
      .primary = "sessions",
      .secondary = {"mean_time_per_session", "time"},
      .guardrails = {{.metric = "mean_request_latency", .margin = 0.2}, {.metric = "time", .margin = 0.1}}};
  const Report report =
      analyze(configuration({experiment("a", {"control", "treatment"}, roles)}), store, only("a")).at(0);
  CHECK(metric_names(report) == std::vector<std::string>{"sessions", "mean_time_per_session", "time",
                                                         "mean_request_latency", "mean_tracks_per_session"});
  CHECK(report.metrics[0].role == Role::primary);
  CHECK(report.metrics[0].adjustment == "holm");
  CHECK(report.metrics[2].role == Role::secondary);
  CHECK(report.metrics[2].adjustment == "benjamini_hochberg");
  CHECK(report.metrics[2].margin == 0.1);  // a guardrail too
  CHECK(report.metrics[2].comparisons[0].guardrail);
  CHECK(report.metrics[3].role == Role::guardrail);
  CHECK(report.metrics[3].adjustment == "none");
  CHECK(report.metrics[4].role == Role::other);
  CHECK_FALSE(report.metrics[4].comparisons[0].guardrail);
  CHECK_FALSE(report.metrics[4].comparisons[0].always_valid);
}

TEST_CASE("analyze: an experiment that only the store knows needs no configuration", "[analysis]") {
  const FakeStore store({aggregate("INDEXED", {seen("T1", 990, 5.4), seen("C", 1000, 2.2)})});
  const Report report = analyze({}, store, {}).at(0);
  CHECK(report.status == "imported");
  CHECK(report.control == "C");
  CHECK(variant_names(report) == std::vector<std::string>{"C", "T1"});
  CHECK(report.srm.equal_weights_assumed);
  CHECK(report.srm.expected == std::vector<double>{995, 995});
  CHECK(metric_names(report).front() == "mean_time_per_session");
  CHECK(report.metrics.size() == 5);
  CHECK(report.metrics[1].role == Role::secondary);
  CHECK(report.metrics[4].role == Role::secondary);
}

TEST_CASE("analyze: the control is the one asked for, configured, named so, or the first", "[analysis]") {
  const Seen a = seen("a", 500, 3), b = seen("b", 500, 3), c = seen("C", 500, 3), control = seen("control", 500, 3);
  const FakeStore store({aggregate("named", {a, c, control}), aggregate("c", {a, b, c}), aggregate("first", {b, a})});
  CHECK(analyze({}, store, only("named")).at(0).control == "control");
  CHECK(analyze({}, store, only("c")).at(0).control == "C");
  CHECK(analyze({}, store, only("first")).at(0).control == "a");
  CHECK(analyze(configuration({experiment("c", {"b", "a", "C"})}), store, only("c")).at(0).control == "b");
  AnalyzeOptions asked = only("c");
  asked.control = "a";
  const Report report = analyze(configuration({experiment("c", {"b", "C", "a"})}), store, asked).at(0);
  CHECK(variant_names(report) == std::vector<std::string>{"a", "b", "C"});  // the others as configured
}

TEST_CASE("analyze: names that nobody has are refused with the nearest one", "[analysis]") {
  const FakeStore store({aggregate("imported", kTwo)});
  const Configuration config = configuration({experiment("recommenders", {"control", "treatment"})});
  CHECK(message_of(config, store, only("recomenders")) ==
        "no experiment \"recomenders\" in the configuration or the store; did you mean \"recommenders\"?");
  CHECK(message_of(config, store, only("imprted")) ==
        "no experiment \"imprted\" in the configuration or the store; did you mean \"imported\"?");
  CHECK(message_of(config, store, only("something else")) ==
        "no experiment \"something else\" in the configuration or the store; known: imported, recommenders");
  CHECK(message_of({}, FakeStore({}), only("x")) ==
        "no experiment \"x\" in the configuration or the store; there is none");
  AnalyzeOptions metric = only("imported");
  metric.metrics = {"sesions"};
  CHECK(message_of(config, store, metric) == "no metric \"sesions\"; did you mean \"sessions\"?");
  AnalyzeOptions control = only("imported");
  control.control = "contrl";
  CHECK(message_of(config, store, control) ==
        "experiment imported has no variant \"contrl\"; did you mean \"control\"?");
  control.control = "nothing like it";
  CHECK(message_of(config, store, control) ==
        "experiment imported has no variant \"nothing like it\"; it has control, treatment");
  CHECK(message_of(
            configuration({experiment("a", {"c", "t"}, {.primary = "mean_time", .secondary = {}, .guardrails = {}})}),
            store, only("a")) ==
        "no metric \"mean_time\"; known: time, sessions, mean_request_latency, "
        "mean_tracks_per_session, mean_time_per_session");
}

TEST_CASE("analyze: metrics asked for are shown, and change no number", "[analysis]") {
  const FakeStore store({aggregate("a", {seen("control", 900, 3.8), seen("x", 900, 4), seen("y", 900, 4.3)})});
  const Configuration config = configuration(
      {experiment("a", {"control", "x", "y"},
                  {.primary = "mean_time_per_session", .secondary = {"time", "sessions"}, .guardrails = {}})});
  const Report full = analyze(config, store, only("a")).at(0);
  AnalyzeOptions options = only("a");
  options.metrics = {"time"};
  const Report one = analyze(config, store, options).at(0);
  CHECK(metric_names(one) == std::vector<std::string>{"time"});
  CHECK(one.metrics[0].comparisons[1].adjusted_p_value == full.metrics[1].comparisons[1].adjusted_p_value);
  CHECK(one.decision.verdict == full.decision.verdict);
  CHECK(one.decision.summary == full.decision.summary);
}

TEST_CASE("analyze: a configured experiment that nobody has seen is reported, undefined throughout", "[analysis]") {
  const Report report = analyze(configuration({experiment("new", {"control", "x"})}), FakeStore({}), {}).at(0);
  CHECK(variant_names(report) == std::vector<std::string>{"control", "x"});
  CHECK(report.srm.reason == "insufficient_data");
  CHECK(report.health.days == 0);
  CHECK(report.health.warnings.empty());
  for (const MetricReport& metric : report.metrics) {
    CHECK(metric.note == "not measured");
    CHECK(metric.comparisons.at(0).reason == "insufficient_data");
    CHECK_FALSE(metric.comparisons.at(0).p_value);
  }
  CHECK(report.decision.verdict == Verdict::keep_running);
  CHECK(report.decision.summary == "Nobody has been seen in it.");
}

TEST_CASE("analyze: data of another version are left out", "[analysis]") {
  Experiment raised = experiment("a", {"control", "treatment"});
  raised.version = 2;
  const Report report = analyze(configuration({raised}), FakeStore({aggregate("a", kTwo)}), only("a")).at(0);
  CHECK(report.version == 2);
  CHECK(report.units == std::vector<VariantUnits>{{"control", 0}, {"treatment", 0}});
  CHECK(report.health.warnings ==
        std::vector<std::string>{"The store's latest data are of version 1, the configuration "
                                 "is version 2: left out."});
}

TEST_CASE("analyze: units of a variant without weight are shown and warned of, not tested", "[analysis]") {
  const FakeStore store({aggregate("a", {seen("control", 1000, 3.8), seen("x", 1000, 3.8), seen("old", 7, 3.8)})});
  const Report report = analyze(configuration({experiment("a", {"control", "x"})}), store, only("a")).at(0);
  CHECK(variant_names(report) == std::vector<std::string>{"control", "x", "old"});
  CHECK(report.srm.variants == std::vector<std::string>{"control", "x"});
  CHECK_FALSE(report.srm.mismatch);
  CHECK(report.health.warnings ==
        std::vector<std::string>{"7 units were seen in variant old, which has no weight in the configuration."});
}

TEST_CASE("analyze: the configured confidence level and weights are used", "[analysis]") {
  Configuration config = configuration({experiment("a", {"control", "x"})});
  config.confidence_level = 0.8;
  config.experiments[0].variants[0].weight = 0.9;
  config.experiments[0].variants[1].weight = 0.1;
  const FakeStore store({aggregate("a", {seen("control", 900, 3.8), seen("x", 100, 3.9)})});
  const Report narrow = analyze(config, store, only("a")).at(0);
  CHECK(narrow.srm.p_value == 1);
  CHECK(narrow.confidence_level == 0.8);
  config.confidence_level = 0.95;
  const Report wide = analyze(config, store, only("a")).at(0);
  CHECK(narrow.metrics[0].comparisons[0].interval->lower > wide.metrics[0].comparisons[0].interval->lower);
}
