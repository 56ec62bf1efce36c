// Tables: what is compared block by block, after a regression, and over snapshots.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "platform/analysis/analyze_table.h"
#include "platform/stats/means/contrast.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/ratios/paired_blocks.h"
#include "platform/storage/contract/unit_table.h"

using namespace crossfade;
using namespace crossfade::analysis;
using storage::UnitTable;

namespace {

MetricDefinition mean_of(const std::string& name, Direction direction = Direction::increase) {
  MetricDefinition metric;
  metric.name = name;
  metric.direction = direction;
  metric.lookback_days = 0;
  return metric;
}

// Days on which everybody is better or worse together, by far more than the variants differ.
UnitTable days_of(int days, double effect) {
  UnitTable table;
  table.experiment = "days";
  table.variants = {"a", "b"};
  table.metrics = {{.numerator = 0}};
  table.columns = 1;
  table.blocks = storage::Grouping{.name = "day", .levels = {}, .level = {}};
  for (int day = 0; day < days; ++day) {
    table.blocks->levels.push_back(std::to_string(day));
    for (const int variant : {0, 1}) {
      table.units.push_back({std::to_string(2 * day + variant)});
      table.variant.push_back(variant);
      table.blocks->level.push_back(day);
      const double noise = (day * 7 + variant * 3) % 5 - 2;
      table.values.push_back(100 + 20 * ((day * 13) % 11 - 5) + noise + variant * effect);
    }
  }
  return table;
}

AnalyzeOptions against_a(bool cuped = true) {
  AnalyzeOptions options;
  options.control = "a";
  options.cuped = cuped;
  return options;
}

TableQuestion question_of(const MetricDefinition& metric) {
  return {.metrics = {metric}, .roles = {.primary = metric.name, .secondary = {}, .guardrails = {}}};
}

const Comparison& only(const Report& report) {
  return report.metrics.front().comparisons.front();
}

}  // namespace

TEST_CASE("table: blocks take out what both variants have in common", "[analysis]") {
  UnitTable table = days_of(25, 3);
  TableQuestion question = question_of(mean_of("m"));
  question.single_look = 0.05;
  const Report paired = analyze_table(storage::summarise(table), question, against_a());
  CHECK(only(paired).dof == 24);
  CHECK(only(paired).blocks == 25);
  CHECK(*only(paired).p_value < 1e-4);
  CHECK(paired.metrics.front().note == "compared in 25 blocks");
  CHECK(paired.decision.verdict == Verdict::ship);
  table.blocks.reset();
  const Report plain = analyze_table(storage::summarise(table), question, against_a());
  CHECK(*only(plain).p_value > 0.5);
  CHECK(*only(plain).effect == Approx(*only(paired).effect));
  // What one could find with so many days is told from the error that decides.
  CHECK(*only(paired).detectable->achieved < *only(plain).detectable->achieved / 5);
}

TEST_CASE("table: the lift of blocks is by Fieller of the pairs, the dual of their test at every lift", "[analysis]") {
  const storage::ExperimentAggregate aggregate = storage::summarise(days_of(25, 3));
  const Report report = analyze_table(aggregate, question_of(mean_of("m")), against_a());
  const auto pairs =
      stats::paired_blocks(aggregate.variants[0].metrics[0].blocks, aggregate.variants[1].metrics[0].blocks);
  REQUIRE(pairs);
  REQUIRE(only(report).lift_interval);
  for (const double lift : {only(report).lift_interval->lower, only(report).lift_interval->upper}) {
    const stats::PairedContrast contrast = stats::paired_contrast(pairs->pairs, 1 + lift);
    const double error = std::sqrt(contrast.treatment.variance() / 25);
    const double estimate = contrast.treatment.mean() - (1 + lift) * contrast.control.mean();
    CHECK(std::abs(estimate / error) == Approx(stats::critical_t(24, {})).epsilon(1e-9));
  }
}

TEST_CASE("table: a guardrail of blocks is judged by their contrast at the margin", "[analysis]") {
  // 3 more on 100 is a loss of 3 %: within 10 %, beyond 1 %, and nothing that units alone could tell.
  const storage::ExperimentAggregate aggregate = storage::summarise(days_of(25, 3));
  const auto judged = [&](double margin) {
    TableQuestion question = question_of(mean_of("m", Direction::decrease));
    question.roles.guardrails = {{.metric = "m", .margin = margin}};
    question.single_look = 0.05;
    return *only(analyze_table(aggregate, question, against_a())).guardrail;
  };
  CHECK(judged(0.1).non_inferior);
  CHECK_FALSE(judged(0.1).failed);
  CHECK_FALSE(judged(0.005).non_inferior);
  CHECK((judged(0.005).harmed || judged(0.005).failed));
}

TEST_CASE("table: too few blocks are told as blocks", "[analysis]") {
  const Report report = analyze_table(storage::summarise(days_of(12, 3)), question_of(mean_of("m")), against_a());
  CHECK(report.decision.summary ==
        "b: to conclude anything from m takes 20 blocks with both variants, and there are 12.");
}

TEST_CASE("table: a block of one variant is left out and told", "[analysis]") {
  UnitTable table = days_of(25, 3);
  table.variant[0] = 1;
  const Report report = analyze_table(storage::summarise(table), question_of(mean_of("m")), against_a());
  CHECK(only(report).blocks == 24);
  CHECK(only(report).incomplete_blocks == 1);
  CHECK(report.metrics.front().note == "compared in 24 blocks, 1 with one of the variants only left out");
}

namespace {

// Two covariates that tell most of the outcome; one is not known of units for which `gap` holds.
template <class Gap>
UnitTable with_covariates(Gap gap) {
  UnitTable table;
  table.experiment = "covariates";
  table.variants = {"a", "b"};
  table.metrics = {{.numerator = 0, .covariates = {1, 2}}};
  table.columns = 3;
  for (int i = 0; i < 200; ++i) {
    table.units.push_back({std::to_string(i)});
    table.variant.push_back(i % 2);
    const double x = (i * 37) % 101;
    const double z = (i * 53) % 17;
    table.values.insert(table.values.end(), {x + 5 * z + (i * 29) % 7 + (i % 2) * 2, x, gap(i) ? std::nan("") : z});
  }
  return table;
}

}  // namespace

TEST_CASE("table: several covariates are taken out by a regression, gaps and all", "[analysis]") {
  const auto of = [](const UnitTable& table, bool cuped) {
    return analyze_table(storage::summarise(table), question_of(mean_of("m")), against_a(cuped));
  };
  const UnitTable many = with_covariates([](int i) { return i / 2 % 10 == 0; });
  const Report report = of(many, true);
  const Comparison& comparison = only(report);
  REQUIRE(comparison.adjusted);
  CHECK(comparison.adjusted->regression);
  CHECK(comparison.adjusted->share_with_history == Approx(0.9));
  CHECK(*comparison.adjusted->variance_reduction > 0.8);
  CHECK(comparison.deciding->label == "always-valid, after regression");
  CHECK_FALSE(only(of(many, false)).adjusted);
  // All gaps in one variant, or one alone: no reason to give the regression up.
  CHECK(only(of(with_covariates([](int i) { return i % 10 == 0; }), true)).adjusted);
  CHECK(only(of(with_covariates([](int i) { return i == 7; }), true)).adjusted);
}

TEST_CASE("table: covariates that cannot be taken out are told", "[analysis]") {
  UnitTable table = with_covariates([](int) { return false; });
  for (std::size_t unit = 0; unit < table.units.size(); ++unit) {
    if (table.variant[unit] == 1) table.values[unit * 3 + 1] = 7;  // never random
  }
  const Report report = analyze_table(storage::summarise(table), question_of(mean_of("m")), against_a());
  CHECK_FALSE(only(report).adjusted);
  CHECK(report.metrics.front().note ==
        "covariates could not be taken out: too few units, or one that does not vary in a variant");
}

TEST_CASE("table: of trials it is told how many a unit has", "[analysis]") {
  UnitTable table;
  table.experiment = "trials";
  table.variants = {"a", "b"};
  MetricDefinition share = mean_of("share");
  share.type = MetricType::proportion;
  table.metrics = {{.type = MetricType::proportion, .numerator = 0, .denominator = 1}};
  table.columns = 2;
  for (int i = 0; i < 40; ++i) {
    table.units.push_back({std::to_string(i)});
    table.variant.push_back(i % 2);
    table.values.insert(table.values.end(), {100.0 + i % 2 * 10, 1000.0});
  }
  const Report report = analyze_table(storage::summarise(table), question_of(share), against_a());
  CHECK(report.metrics.front().variants.front().n == 20'000);
  CHECK(report.health.primary_defined.variants.front().share == 1);
  // As of 20 000 units of which a tenth have the event: not as of 20.
  CHECK(*only(report).detectable->achieved < 0.15);
}

TEST_CASE("table: looks that contradict each other are told by the last one", "[analysis]") {
  const auto snapshot = [](double effect) {
    storage::ExperimentAggregate aggregate;
    aggregate.experiment = "e";
    for (const double mean : {10.0, 10.0 + effect}) {
      storage::MetricAggregate metric;
      metric.moments = {1000, {mean}, {{{999}}}};
      aggregate.variants.push_back({.variant = mean == 10 ? "a" : "b", .units = 1000, .metrics = {metric}});
    }
    return aggregate;
  };
  const auto up = snapshot(1);
  const auto down = snapshot(-1);
  const std::vector<TableSnapshot> snapshots{{"1", up}, {"2", down}};
  const Report report = analyze_snapshots(snapshots, question_of(mean_of("m")), against_a());
  CHECK(only(report).looks.size() == 2);
  CHECK(only(report).always_valid->interval->upper < 0);
  CHECK(report.decision.verdict == Verdict::stop_harm);
}
