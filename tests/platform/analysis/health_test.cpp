#include "platform/analysis/findings/health.h"

#include <catch2/catch.hpp>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/report/facts.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;

namespace {

Report report_of(const storage::ExperimentAggregate& data) {
  return analyze({}, FakeStore({data}), {}).at(0);
}

storage::ExperimentAggregate between(const char* first, const char* last, const char* through) {
  auto data = aggregate("e", {seen("control", 100, 3), seen("x", 100, 3)});
  data.first_exposure = parse_timestamp(first);
  data.last_exposure = parse_timestamp(last);
  data.data_through = parse_timestamp(through);
  return data;
}

}  // namespace

TEST_CASE("health: days are calendar days of UTC, both ends counted", "[analysis]") {
  CHECK(report_of(between("2026-01-05T23:59", "2026-01-06T00:01", "2026-01-06T00:02")).health.days == 2);
  CHECK(report_of(between("2026-01-05T00:00", "2026-01-05T23:59", "2026-01-05T23:59")).health.days == 1);
  CHECK(report_of(between("1969-12-31T23:00", "1970-01-01T01:00", "1970-01-01T01:00")).health.days == 2);
  // Everybody came on the first day and has been listening since.
  CHECK(report_of(between("2026-01-05T08:00", "2026-01-05T12:00", "2026-01-11T07:00")).health.days == 7);
}

// Random played, then what is best, under one version: its lift went from -25 % to +35 %, and the verdict was SHIP.
TEST_CASE("health: a treatment that was swapped under its version decides nothing", "[analysis]") {
  const FakeStore store({between("2026-01-05", "2026-01-06", "2026-01-08")});
  AnalyzeOptions options;
  options.configuration_changes = {{.experiment = "e",
                                    .at = *parse_timestamp("2026-01-07"),
                                    .checksum = "00ff",
                                    .changes = {"recommender of b is best, was random"},
                                    .treatment = true}};
  const Report report = analyze({}, store, options).at(0);
  CHECK(report.decision.verdict == Verdict::invalid);
  CHECK(
      report.decision.summary ==
      "A variant became another treatment on 2026-01-07T00:00:00.000Z and kept its version (recommender of b is best, "
      "was random): two treatments are in the numbers. Raise the version, for numbers of what is served now.");
  CHECK(report.health.grade() == HealthGrade::serious);
  options.until = parse_timestamp("2026-01-07");
  CHECK(analyze({}, store, options).at(0).decision.verdict != Verdict::invalid);
}

TEST_CASE("health: changes of the configuration between first exposure and end of data", "[analysis]") {
  const FakeStore store({between("2026-01-05", "2026-01-06", "2026-01-08")});
  const auto change = [](const std::string& experiment, const char* at, const std::string& what) {
    return ConfigurationChange{
        .experiment = experiment, .at = *parse_timestamp(at), .checksum = "00ff", .changes = {what}};
  };
  AnalyzeOptions options;
  options.configuration_changes = {
      change("e", "2026-01-05", "added"), change("e", "2026-01-05T01:00", "coverage is 0.5, was 0.2"),
      change("f", "2026-01-06", "status is draft"), change("e", "2026-01-08", "version is 2, was 1"),
      change("e", "2026-01-08T00:00:00.001", "removed")};
  const Report report = analyze({}, store, options).at(0);
  CHECK(report.health.configuration_changes ==
        std::vector{options.configuration_changes[1], options.configuration_changes[3]});
  const auto said = [&](const std::string& text, const std::string& what) {
    return text.find(what) != std::string::npos;
  };
  CHECK(said(render_json(report), R"("configuration_changes":[{"at":"2026-01-05T01:00:00.000Z","checksum":"00ff",)"
                                  R"("changes":["coverage is 0.5, was 0.2"],"treatment":false},)"));
  const std::vector reports{report};
  CHECK(said(render_table(reports, {}), "  changes   2026-01-08T00:00:00.000Z: version is 2, was 1\n"));
  CHECK(said(render_markdown(reports), "| changes | 2026-01-08T00:00:00.000Z: version is 2, was 1 |\n"));
  options.until = parse_timestamp("2026-01-08");
  CHECK(analyze({}, store, options).at(0).health.configuration_changes.size() == 1);
}

TEST_CASE("health: tracks - time per session, with its standard error", "[analysis]") {
  auto data = aggregate("e", {seen("control", 100, 3), seen("x", 100, 3)});
  data.variants[0].metrics[5] = of(moments(100, 5.03, 1.5));
  data.variants[1].metrics[5] = of(moments(1, 4, 0));
  const auto& budget = report_of(data).health.tracks_minus_time_per_session;
  CHECK(*budget[0].mean == 5.03);
  CHECK(*budget[0].standard_error == Approx(0.15));
  CHECK(*budget[1].mean == 4);
  CHECK_FALSE(budget[1].standard_error);
  CHECK(budget[1].reason == "insufficient_data");
}

TEST_CASE("health: the share of units that have the primary metric is tested across variants", "[analysis]") {
  auto data = aggregate("e", {seen("control", 1000, 3), seen("x", 1000, 3)});
  const auto& fine = report_of(data).health.primary_defined;
  CHECK(fine.metric == "mean_time_per_session");
  CHECK(*fine.variants[0].share == 0.97);
  CHECK(*fine.p_value == 1);
  data.variants[1].metrics[4] = of(moments(900, 3, 2));
  const Report worse = report_of(data);
  CHECK(*worse.health.primary_defined.variants[1].share == 0.9);
  CHECK(*worse.health.primary_defined.p_value < 1e-9);
  CHECK(worse.health.warnings ==
        std::vector<std::string>{
            "The share of units that have a value of mean_time_per_session differs between the variants (p = "
            "2.2e-10): those who have one are no random split."});
  data.variants[0].metrics[4] = of(moments(1000, 3, 2));
  data.variants[1].metrics[4] = of(moments(1000, 3, 2));
  CHECK(report_of(data).health.primary_defined.reason == "zero_variance");
}

TEST_CASE("health: a sample ratio mismatch is an alarm below p = 0.001", "[analysis]") {
  const Report fine = report_of(aggregate("e", {seen("control", 5000, 3), seen("x", 5320, 3)}));
  CHECK(*fine.srm.p_value == Approx(0.00164).epsilon(0.01));
  CHECK_FALSE(fine.srm.mismatch);
  const Report wrong = report_of(aggregate("e", {seen("control", 5000, 3), seen("x", 5350, 3)}));
  CHECK(wrong.srm.mismatch);
  CHECK(wrong.srm.statistic == Approx(350.0 * 350 / 10350));
  CHECK(wrong.health.warnings.at(0) ==
        "Sample ratio mismatch (chi-square p = 0.00058): units are not split as equal weights would.");
}

TEST_CASE("health: while units come in the split is tested by what may be looked at every day", "[analysis]") {
  // Of 100 sound splits that were looked at on 28 days one was INVALID by the chi-square.
  const auto report_at = [](Status status, std::int64_t treated) {
    Experiment configured = experiment("e", {"control", "x"});
    configured.status = status;
    return analyze(configuration({configured}),
                   FakeStore({aggregate("e", {seen("control", 5000, 3), seen("x", treated, 3)})}), {})
        .at(0);
  };
  const Report running = report_at(Status::running, 5350);
  CHECK(*running.srm.p_value < 0.001);
  CHECK(*running.srm.always_valid_p_value == Approx(0.0291).epsilon(0.01));
  CHECK_FALSE(running.srm.mismatch);
  CHECK(running.decision.verdict == Verdict::keep_running);
  const Report stopped = report_at(Status::stopped, 5350);
  CHECK(stopped.srm.mismatch);
  CHECK(stopped.decision.summary ==
        "Units are not split as configured (sample ratio mismatch, chi-square p = 0.00058): find the fault before any "
        "result.");
  const Report wrong = report_at(Status::running, 5600);
  CHECK(wrong.decision.verdict == Verdict::invalid);
  CHECK(wrong.health.warnings.at(0).starts_with("Sample ratio mismatch (always-valid p = "));
}

// "Ship" and a green check stood beside three warnings, 94 % of answers from another recommender, and an overlap with
// p = 1e-29.
TEST_CASE("health: the grade is that of the worst warning, and the verdict says how many there are", "[analysis]") {
  auto data = aggregate("e", {seen("control", 5000, 3), seen("x", 5000, 4)});
  const Report fine = report_of(data);
  CHECK(fine.health.grade() == HealthGrade::ok);
  CHECK(fine.decision.verdict == Verdict::ship);
  CHECK(caution_of(fine).empty());
  data.multiple_variants = 3;
  const Report warned = report_of(data);
  CHECK(warned.health.grade() == HealthGrade::warning);
  CHECK(caution_of(warned) == "but look at 1 warning first");
  data.variants[1].metrics[4] = of(moments(4000, 4, 2));
  const Report serious = report_of(data);
  CHECK(serious.health.grade() == HealthGrade::serious);
  CHECK(serious.health.serious_warnings.size() == 1);
  CHECK(caution_of(serious) == "but look at 2 warnings first, 1 of them serious");
  data.multiple_variants = 0;
  CHECK(caution_of(report_of(data)) == "but look at 1 serious warning first");
  data.variants[1].units = 5600;  // INVALID is the warning
  CHECK(caution_of(report_of(data)).empty());
}

TEST_CASE("health: another experiment that changes the effect, or is assigned with it, is a warning", "[analysis]") {
  Report report;
  report.units = {{"control", 100}, {"x", 100}};
  report.interactions = {{.experiment = "other",
                          .variant = "x",
                          .other_variant = "t",
                          .estimate = -0.31,
                          .standard_error = 0.02,
                          .p_value = 1e-29,
                          .adjusted_p_value = 1e-29,
                          .interval = std::nullopt,
                          .assignment_p_value = 0.4,
                          .reason = {}}};
  add_warnings(report);
  CHECK(report.health.warnings ==
        std::vector<std::string>{"The effect of x is another, by -0.310, for units that are in t "
                                 "of other too (p < 1e-12)."});
  CHECK(report.health.grade() == HealthGrade::warning);
  CHECK(report.health.data_warnings == report.health.warnings);
  report.health = {};
  report.interactions[0].adjusted_p_value = 0.01;
  report.interactions[0].assignment_p_value = 1e-5;
  add_warnings(report);
  CHECK(
      report.health.serious_warnings ==
      std::vector<std::string>{"t of other and x here are not assigned independently (p = 1.0e-05): their effects are "
                               "mixed."});
}

TEST_CASE("health: answers of others than the variant's recommender are a warning, most of them a serious one",
          "[analysis]") {
  Report report;
  report.traffic.resize(2);
  report.traffic[0].fallback_share = 0.1;
  report.traffic[1] = {.variant = "x",
                       .recommender = "als",
                       .answers = {},
                       .fallback_share = 0.94,
                       .reason = {},
                       .days = {},
                       .positions = {}};
  add_traffic_warnings(report);
  CHECK(report.health.serious_warnings ==
        std::vector<std::string>{"In x, 94.0 % of the answers did not come from als."});
  report.health = {};
  report.traffic[1].fallback_share = 0.3;
  add_traffic_warnings(report);
  CHECK(report.health.grade() == HealthGrade::warning);
}

TEST_CASE("health: values and times that cannot be are named", "[analysis]") {
  auto data = between("2026-01-05", "2026-01-06", "2026-01-08");
  data.last_exposure = Timestamp{1'700'000'000'000'000};
  data.variants[0].metrics[0].implausible_units = 1;
  data.variants[1].metrics[0].implausible_units = 2;
  CHECK(report_of(data).health.warnings ==
        std::vector<std::string>{
            "3 units are left out of time: a value of theirs is past 1e+15, which nothing measured can be.",
            "A time of the data is in the year 55840: microseconds? want a time between 1990 and 2100."});
}
