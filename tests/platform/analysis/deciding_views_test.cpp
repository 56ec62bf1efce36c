// The verdict said [+53.6, +72.7], and the chart beside it, in bold, [+56.8, +69.1]: its interval was that of a single
// look, whatever decided; that of a boundary was drawn nowhere.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "platform/analysis/analyze.h"
#include "platform/analysis/render/forest.h"
#include "platform/analysis/render/render.h"
#include "platform/analysis/render/rows.h"
#include "platform/analysis/report/wording.h"
#include "platform/core/random.h"
#include "tests/platform/analysis/events.h"
#include "tests/platform/analysis/fake_store.h"
#include "tests/platform/storage/memory_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kBegin = 20458 * kMsPerDay;  // 2026-01-05
const std::vector<std::string> kVariants = {"control", "longer", "same"};

// A week of 900 units, a third each, of five to seven sessions; `longer` adds half a track to each session, `same`
// nothing.
void fill_three(storage::MemoryStore& store, bool history) {
  Random random{11};
  EventBatch batch;
  std::int64_t id = 0;
  for (int i = 0; i < 900; ++i) {
    const std::string unit = std::to_string(i);
    const std::string& variant = kVariants[static_cast<std::size_t>(i) % kVariants.size()];
    const double taste = 2 + 4 * random.uniform();
    if (history) batch.sessions.push_back(session_of(++id, unit, kBegin - kMsPerDay, taste + random.uniform()));
    batch.exposures.push_back(
        {.unit = {unit}, .experiment = "e", .version = 1, .variant = variant, .first_seen = {kBegin}});
    for (int day = i / 3 % 3; day < 7; ++day) {
      const double time = taste + random.uniform() + (variant == "longer" ? 0.5 : 0);
      batch.sessions.push_back(session_of(++id, unit, kBegin + day * kMsPerDay, time));
    }
  }
  store.append(batch);
}

Report decided(const std::optional<Plan>& plan, bool history) {
  storage::MemoryStore store;
  fill_three(store, history);
  Configuration configured = configuration({experiment(
      "e", kVariants,
      {.primary = "mean_time_per_session", .secondary = {}, .guardrails = {{.metric = "sessions", .margin = 0.1}}})});
  configured.experiments[0].plan = plan;
  return analyze(configured, store, {}).at(0);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool has_line(const std::string& text, const std::vector<std::string>& parts) {
  return std::ranges::any_of(lines_of(text), [&](const std::string& line) {
    return std::ranges::all_of(parts, [&](const std::string& part) { return line.find(part) != std::string::npos; });
  });
}

// The chart's line of one interval, on the axis of the whole report.
std::string drawn(const Report& report, const Deciding& numbers) {
  std::vector<Interval> core, others;
  for (const MetricReport& metric : report.metrics) {
    for (const Comparison& comparison : metric.comparisons) {
      const ShownLift shown = shown_lift(comparison);
      if (shown.interval) (metric.role == Role::primary ? core : others).push_back(*shown.interval);
    }
  }
  return forest_line(forest_axis(core, others, 56, true), *numbers.lift_interval, *numbers.lift);
}

// In the sentence "[a, b]" or "a to b".
bool says(const std::string& sentence, const Interval& lift) {
  const int decimals = percent_decimals(lift);
  const std::string bounds = fmt::format("{} to {}", percent(lift.lower, decimals), percent(lift.upper, decimals));
  return sentence.find(percent_interval(lift, decimals)) != std::string::npos ||
         sentence.find(bounds) != std::string::npos;
}

void check_one_truth(const Report& report, const std::string& label) {
  const std::vector<Report> reports = {report};
  const std::string table = render_table(reports, {});
  const std::string markdown = render_markdown(reports);
  const std::string csv = render_csv(reports);
  const nlohmann::json json = nlohmann::json::parse(render_json(report));
  for (std::size_t m = 0; m < report.metrics.size(); ++m) {
    const MetricReport& metric = report.metrics[m];
    for (std::size_t i = 0; i < metric.comparisons.size(); ++i) {
      const Comparison& comparison = metric.comparisons[i];
      CHECK(comparison.deciding.has_value() == (metric.role == Role::primary || metric.margin));
      if (!comparison.deciding) continue;
      const Deciding& numbers = *comparison.deciding;
      INFO(metric.metric << " " << comparison.variant << ": " << numbers.label);
      if (metric.role == Role::primary && !label.empty()) CHECK(numbers.label == label);
      REQUIRE(numbers.lift_interval);
      const std::string bounds = percent_interval(*numbers.lift_interval, percent_decimals(*numbers.lift_interval));
      CHECK(has_line(table, {"  " + comparison.variant, bounds, numbers.label}));
      CHECK(has_line(table, {comparison.variant, drawn(report, numbers), numbers.label}));
      CHECK(has_line(markdown, {"| " + comparison.variant, bounds.substr(1, bounds.size() - 2), numbers.label}));
      CHECK(has_line(csv, {metric.metric, comparison.variant,
                           fmt::format("{},{}", numbers.lift_interval->lower, numbers.lift_interval->upper)}));
      const nlohmann::json& written = json.at("metrics").at(m).at("comparisons").at(i).at("deciding");
      CHECK(written.at("label") == numbers.label);
      CHECK(written.at("lift_interval") ==
            nlohmann::json({numbers.lift_interval->lower, numbers.lift_interval->upper}));
      CHECK(written.at("interval") == nlohmann::json({numbers.interval->lower, numbers.interval->upper}));
      if (metric.role != Role::primary) continue;
      CHECK(std::ranges::any_of(report.decision.reasons, [&](const std::string& reason) {
        return reason.starts_with(comparison.variant) && says(reason, *numbers.lift_interval);
      }));
    }
  }
}

}  // namespace

TEST_CASE("deciding views: sentence, chart, table, Markdown, CSV and JSON have the interval that decides",
          "[analysis]") {
  const Plan fixed{.sample_size = 900, .mode = SequentialMode::fixed};
  const Plan open{.sample_size = 1800, .mode = SequentialMode::fixed};
  const Plan always{.mde = 0.2, .sample_size = 900, .mode = SequentialMode::always_valid};  // `same`: no such effect
  const Plan sequential{.sample_size = 1800, .looks = 4};
  for (const bool history : {false, true}) {
    const std::string after = history ? ", after CUPED" : "";
    check_one_truth(decided(std::nullopt, history), "always-valid" + after);
    check_one_truth(decided(open, history), "always-valid" + after);
    check_one_truth(decided(fixed, history), "planned look" + after);
    check_one_truth(decided(sequential, history), "boundary of look 1");
    check_one_truth(decided(always, history), "");
  }
}

TEST_CASE("deciding views: what a single look says stands below what decides, and is named", "[analysis]") {
  const Report report = decided(std::nullopt, true);
  const std::vector<MetricRow> rows = rows_of(report.metrics.at(0));
  REQUIRE(rows.size() == 5);  // the control, and two rows of each treatment
  CHECK(rows[1].decided_by == "always-valid, after CUPED");
  CHECK(rows[2].secondary);
  CHECK(rows[2].variant == "single look");
  CHECK(rows[2].interval != rows[1].interval);
  // The planned look is one; it is not said twice.
  MetricReport planned = decided(Plan{.sample_size = 900, .mode = SequentialMode::fixed}, false).metrics.at(0);
  for (Comparison& comparison : planned.comparisons) comparison.deciding->lift_interval = comparison.lift_interval;
  CHECK(rows_of(planned).size() == 3);
}
