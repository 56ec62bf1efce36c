#include "platform/analysis/findings/compare.h"

#include <catch2/catch.hpp>

#include "platform/analysis/findings/multiplicity.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/relative_lift_fieller.h"
#include "platform/stats/means/welch.h"
#include "tests/platform/analysis/fake_store.h"

using namespace crossfade;
using namespace crossfade::analysis;
using namespace crossfade::analysis::test;
using stats::Moments;

namespace {

const Moments kControl = moments(200, 10, 2);
const Moments kTreatment = moments(180, 12.5, 2.4);

MetricReport metric(Role role, const std::vector<double>& p_values) {
  MetricReport report;
  report.role = role;
  for (const double p : p_values) {
    Comparison& comparison = report.comparisons.emplace_back();
    comparison.p_value = p;
    comparison.adjusted_p_value = p;
    comparison.always_valid = AlwaysValid();
    comparison.always_valid->p_value = p * 2;
    comparison.always_valid->adjusted_p_value = p * 2;
  }
  return report;
}

std::vector<double> adjusted(const MetricReport& report) {
  std::vector<double> values;
  values.reserve(report.comparisons.size());
  for (const Comparison& comparison : report.comparisons) values.push_back(*comparison.adjusted_p_value);
  return values;
}

}  // namespace

TEST_CASE("compare: Welch's effect, and the lift by the method that is asked for", "[analysis]") {
  const auto welch = stats::welch_t(kControl, kTreatment);
  const Comparison fieller = compare(kControl, kTreatment, {});
  CHECK(*fieller.effect == 2.5);
  CHECK(*fieller.lift == 0.25);
  CHECK(*fieller.p_value == Approx(welch->p_value).epsilon(1e-12));
  CHECK(*fieller.standard_error == welch->standard_error);
  CHECK(*fieller.dof == welch->dof);
  CHECK(fieller.interval->lower == Approx(welch->interval.lower).epsilon(1e-12));
  CHECK(fieller.lift_interval->upper ==
        Approx(stats::relative_lift_fieller(kControl, kTreatment)->interval.upper).epsilon(1e-12));
  const Comparison delta = compare(kControl, kTreatment, {.lift = LiftInterval::delta});
  CHECK(delta.lift_interval->upper ==
        Approx(stats::relative_lift_delta(kControl, kTreatment)->interval.upper).epsilon(1e-12));
  const Comparison naive = compare(kControl, kTreatment, {.lift = LiftInterval::naive});
  CHECK(naive.lift_interval->upper == Approx(welch->interval.upper / 10).epsilon(1e-12));
  CHECK(naive.lift_interval->upper < fieller.lift_interval->upper);
}

TEST_CASE("compare: what is undefined is absent, with the reason", "[analysis]") {
  const Comparison nothing = compare(kControl, Moments(), {.always_valid = true, .guardrail_margin = 0.1});
  CHECK(nothing.reason == "insufficient_data");
  CHECK_FALSE(nothing.effect);
  CHECK_FALSE(nothing.lift);
  CHECK(nothing.always_valid->reason == "insufficient_data");
  CHECK(nothing.guardrail->reason == "insufficient_data");
  CHECK_FALSE(nothing.guardrail->non_inferior);

  const Comparison flat = compare(moments(20, 4, 0), moments(20, 5, 0), {});
  CHECK(flat.reason == "zero_variance");
  CHECK(*flat.effect == 1);  // shown, without a p-value
  CHECK(*flat.lift == 0.25);
  CHECK_FALSE(flat.p_value);
  CHECK_FALSE(flat.interval);
  CHECK_FALSE(flat.significant);

  const Comparison zero = compare(moments(20, 0, 1), moments(20, 5, 1), {});
  CHECK(zero.reason == "zero_control_mean");
  CHECK(zero.p_value);
  CHECK(zero.interval);
  CHECK_FALSE(zero.lift);
  CHECK_FALSE(zero.lift_interval);

  const Comparison unbounded = compare(moments(20, 0.1, 4), moments(20, 5, 1), {.always_valid = true});
  CHECK(unbounded.reason == "unbounded");
  CHECK(unbounded.interval);
  CHECK(*unbounded.lift == Approx(49));
  CHECK_FALSE(unbounded.lift_interval);
  CHECK(unbounded.always_valid->reason == "unbounded");
  CHECK(unbounded.always_valid->interval);
}

TEST_CASE("compare: a guardrail is harmed beyond its margin, in the direction that is worse", "[analysis]") {
  const CompareOptions lower_is_better{.direction = Direction::decrease, .guardrail_margin = 0.1};
  const CompareOptions higher_is_better{.direction = Direction::increase, .guardrail_margin = 0.1};
  const Moments control = moments(1000, 10, 2);
  const Moments much_more = moments(1000, 12.5, 2);
  const Moments a_little_more = moments(1000, 10.3, 2);
  const Moments much_less = moments(1000, 7.5, 2);
  CHECK(compare(control, much_more, lower_is_better).guardrail->harmed);
  CHECK_FALSE(compare(control, much_more, lower_is_better).guardrail->non_inferior);
  CHECK(compare(control, a_little_more, lower_is_better).guardrail->non_inferior);
  CHECK_FALSE(compare(control, a_little_more, lower_is_better).guardrail->harmed);
  CHECK(compare(control, much_less, lower_is_better).guardrail->non_inferior);
  CHECK(compare(control, much_less, higher_is_better).guardrail->harmed);
  CHECK(compare(control, much_more, higher_is_better).guardrail->non_inferior);
  // Too little data: neither.
  const auto open = compare(moments(10, 10, 3), moments(10, 10, 3), higher_is_better).guardrail;
  CHECK_FALSE(open->harmed);
  CHECK_FALSE(open->non_inferior);
}

TEST_CASE("compare: a guardrail's failure does not depend on how the lift is shown", "[analysis]") {
  // At -12 % against a margin of 10 %, Fieller's interval lies beyond the margin and the naive one reaches into it.
  const CompareOptions options{.direction = Direction::increase, .guardrail_margin = 0.1, .planned_look = true};
  CompareOptions shown_naive = options;
  shown_naive.lift = LiftInterval::naive;
  const Moments control = moments(100, 10, 1.05);
  const Moments treatment = moments(100, 8.8, 0.3);
  const Comparison fieller = compare(control, treatment, options);
  const Comparison naive = compare(control, treatment, shown_naive);
  CHECK(fieller.lift_interval->upper < -0.1);
  CHECK(naive.lift_interval->upper > -0.1);
  CHECK(fieller.guardrail->failed);
  CHECK(naive.guardrail->failed);
}

TEST_CASE("adjust: Holm over the primary metric, Benjamini-Hochberg over all secondary ones", "[analysis]") {
  std::vector<MetricReport> metrics = {
      metric(Role::primary, {0.01, 0.02, 0.04}), metric(Role::secondary, {0.01, 0.5, 0.02}),
      metric(Role::secondary, {0.03, 0.9, 0.04}), metric(Role::guardrail, {0.01, 0.02, 0.03}),
      metric(Role::other, {0.04, 0.5, 0.6})};
  adjust(metrics, 0.95);
  CHECK(adjusted(metrics[0])[0] == Approx(0.03));
  CHECK(adjusted(metrics[0])[1] == Approx(0.04));
  CHECK(adjusted(metrics[0])[2] == Approx(0.04));
  CHECK(*metrics[0].comparisons[0].always_valid->adjusted_p_value == Approx(0.06));
  // Six secondary p-values: .01 .02 .03 .04 .5 .9, times 6 / rank, from the largest down.
  CHECK(adjusted(metrics[1])[0] == Approx(0.06));
  CHECK(adjusted(metrics[1])[1] == Approx(0.6));
  CHECK(adjusted(metrics[1])[2] == Approx(0.06));
  CHECK(adjusted(metrics[2])[0] == Approx(0.06));
  CHECK(adjusted(metrics[2])[1] == Approx(0.9));
  CHECK(adjusted(metrics[3]) == std::vector<double>{0.01, 0.02, 0.03});
  CHECK(adjusted(metrics[4]) == std::vector<double>{0.04, 0.5, 0.6});
  CHECK(metrics[0].comparisons[0].significant);
  CHECK_FALSE(metrics[1].comparisons[0].significant);
  CHECK(metrics[4].comparisons[0].significant);
  CHECK(metrics[1].adjustment == "benjamini_hochberg");
}

TEST_CASE("adjust: selected secondary effects get the interval of the false coverage rate", "[analysis]") {
  std::vector<MetricReport> metrics = {metric(Role::primary, {0.01}), metric(Role::secondary, {0.01}),
                                       metric(Role::secondary, {0.5}), metric(Role::secondary, {0.02}),
                                       metric(Role::secondary, {0.04})};
  for (MetricReport& one : metrics) {
    one.comparisons[0].effect = 2.0;
    one.comparisons[0].standard_error = 0.5;
    one.comparisons[0].dof = 30.0;
  }
  adjust(metrics, 0.95);
  // Two of four are selected: level 1 - .05 x 2 / 4; t quantile with 30 dof at .9875 (R 4.2, qt): 2.359562.
  REQUIRE(metrics[1].comparisons[0].fcr_interval);
  CHECK(metrics[1].comparisons[0].fcr_interval->lower == Approx(2 - 0.5 * 2.359562).epsilon(1e-6));
  CHECK(metrics[1].comparisons[0].fcr_interval->upper == Approx(2 + 0.5 * 2.359562).epsilon(1e-6));
  CHECK(metrics[3].comparisons[0].fcr_interval);
  CHECK_FALSE(metrics[0].comparisons[0].fcr_interval);
  CHECK_FALSE(metrics[2].comparisons[0].fcr_interval);
  CHECK_FALSE(metrics[4].comparisons[0].fcr_interval);
}

TEST_CASE("adjust: comparisons without a p-value take no part", "[analysis]") {
  std::vector<MetricReport> metrics = {metric(Role::primary, {0.01, 0.02, 0.04})};
  metrics[0].comparisons[1].p_value.reset();
  metrics[0].comparisons[1].adjusted_p_value.reset();
  adjust(metrics, 0.95);
  CHECK(*metrics[0].comparisons[0].adjusted_p_value == Approx(0.02));
  CHECK_FALSE(metrics[0].comparisons[1].adjusted_p_value);
  CHECK_FALSE(metrics[0].comparisons[1].significant);
  CHECK(*metrics[0].comparisons[2].adjusted_p_value == Approx(0.04));
}
