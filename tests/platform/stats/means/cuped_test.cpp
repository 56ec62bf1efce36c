#include <catch2/catch.hpp>
#include <limits>

#include "platform/stats/means/cuped_mean.h"
#include "platform/stats/means/cuped_ratio.h"
#include "platform/stats/means/relative_lift_delta.h"
#include "platform/stats/means/welch.h"
#include "platform/stats/ratios/ratio.h"
#include "tests/platform/stats/covariate_samples.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr CupedOptions kRelative{.difference = Difference::relative};

}  // namespace

TEST_CASE("cuped: Welch's test of the adjusted means", "[stats]") {
  const auto cuped = cuped_mean(control(), treatment());
  REQUIRE(cuped);
  CHECK(cuped->theta == near(1.1809290953545232));
  CHECK(cuped->variance_reduction == near(0.7061056906506767));
  CHECK(cuped->estimate == near(1.8662242403073699));
  CHECK(cuped->standard_error == near(0.98734463253350467));
  CHECK(cuped->dof == near(9.9808734576826273));
  CHECK(cuped->p_value == near(0.088097464382274237));
  CHECK(cuped->interval.lower == near(-0.33428827357031174));
  CHECK(cuped->interval.upper == near(4.0667367541850515));
  CHECK(cuped->control_mean_unadjusted == near(32.0 / 7));
  CHECK(cuped->treatment_mean_unadjusted == near(7));
  CHECK(cuped->treatment_mean - cuped->control_mean == near(cuped->estimate));
}

TEST_CASE("cuped: the relative difference by the unadjusted control mean", "[stats]") {
  const auto cuped = cuped_mean(control(), treatment(), kRelative);
  REQUIRE(cuped);
  CHECK(cuped->estimate == near(0.40823655256723716));
  CHECK(cuped->standard_error == near(0.27613712015455376));
  CHECK(cuped->dof == near(9.9808734576826273));
  CHECK(cuped->p_value == near(0.1701554902856771));
  CHECK(cuped->interval.upper == near(1.0236682553628876));
  CHECK(cuped->variance_reduction == near(0.7061056906506767));
  // Outcomes of the other sign: the same difference, turned round.
  const auto turned = cuped_mean(shifted(control(), -64.0 / 7, 0), shifted(treatment(), -64.0 / 7, 0), kRelative);
  REQUIRE(turned);
  CHECK(turned->estimate == near(0.40823655256723716, 1e-11));
}

TEST_CASE("cuped: ratios by the same ratio before the experiment", "[stats]") {
  const auto absolute = cuped_ratio(control_units(), treatment_units());
  REQUIRE(absolute);
  CHECK(absolute->theta == near(0.78704282411832645));
  CHECK(absolute->variance_reduction == near(0.26975546454666301));
  CHECK(absolute->estimate == near(0.87267318315962504));
  CHECK(absolute->standard_error == near(0.30679210091720764));
  CHECK(absolute->dof == near(10.923350387540103));
  CHECK(absolute->p_value == near(0.01605357358145192));
  CHECK(absolute->control_mean_unadjusted == near(32.0 / 17));
  const auto relative = cuped_ratio(control_units(), treatment_units(), kRelative);
  REQUIRE(relative);
  CHECK(relative->estimate == near(0.4636076285535508));
  CHECK(relative->standard_error == near(0.20948077993767554));
  CHECK(relative->interval.lower == near(0.0021485058150960216, 1e-11));
  CHECK(relative->interval.upper == near(0.92506675129200559));
}

TEST_CASE("cuped: a covariate that does not vary leaves the unadjusted test", "[stats]") {
  const CovariateMoments c(50, {4, 3}, {{{196, 0}, {0, 0}}});
  const CovariateMoments t(60, {5, 3}, {{{177, 0}, {0, 0}}});
  const auto cuped = cuped_mean(c, t);
  const auto welch = welch_t(c.marginal(0), t.marginal(0));
  const auto relative = cuped_mean(c, t, kRelative);
  const auto lift = relative_lift_delta(c.marginal(0), t.marginal(0));
  REQUIRE((cuped && welch && relative && lift));
  CHECK(cuped->theta == 0);
  CHECK(cuped->variance_reduction == 0);
  CHECK(cuped->interval == welch->interval);
  CHECK(relative->standard_error == near(lift->standard_error));

  // As ratios: everybody's covariate ratio is 2 before the experiment.
  const auto c4 = units({{1, 2, 4, 2}, {5, 3, 2, 1}, {3, 3, 6, 3}});
  const auto t4 = units({{2, 2, 2, 1}, {4, 3, 8, 4}, {7, 3, 4, 2}});
  const auto adjusted_ratio = cuped_ratio(c4, t4);
  const auto plain_ratio = welch_t(*ratio_moments(pick(c4, 0, 1)), *ratio_moments(pick(t4, 0, 1)));
  REQUIRE((adjusted_ratio && plain_ratio));
  CHECK(adjusted_ratio->theta == 0);
  CHECK(adjusted_ratio->p_value == near(plain_ratio->p_value));
}

TEST_CASE("cuped: large offsets of outcome and covariate change nothing", "[stats]") {
  const auto here = cuped_mean(control(), treatment());
  const auto far = cuped_mean(shifted(control(), 1e9, -1e9), shifted(treatment(), 1e9, -1e9));
  REQUIRE((here && far));
  CHECK(far->theta == near(here->theta, 1e-6));  // the means themselves have 7 digits after the point
  CHECK(far->estimate == near(here->estimate, 1e-6));
  CHECK(far->standard_error == near(here->standard_error, 1e-6));
}

TEST_CASE("cuped: few units, no variance, no control mean", "[stats]") {
  const CovariateMoments one(1, {4, 3}, {});
  CHECK(cuped_mean({}, treatment()).reason() == Undefined::insufficient_data);
  CHECK(cuped_mean(control(), one).reason() == Undefined::insufficient_data);
  CHECK(cuped_ratio({}, treatment_units()).reason() == Undefined::insufficient_data);
  const CovariateMoments flat(9, {4, 3}, {{{0, 0}, {0, 5}}});
  CHECK(cuped_mean(flat, flat).reason() == Undefined::zero_variance);
  // The covariate explains everything: outcome = 2 x covariate in both variants.
  const CovariateMoments explained(9, {6, 3}, {{{20, 10}, {10, 5}}});
  CHECK(cuped_mean(explained, explained).reason() == Undefined::zero_variance);
  CHECK(cuped_mean(shifted(control(), -control().mean(0), 0), treatment(), kRelative).reason() ==
        Undefined::zero_control_mean);
  CHECK(cuped_ratio(units({{1, 1, 0, 0}, {2, 1, 0, 0}}), treatment_units()).reason() == Undefined::zero_denominator);
}

TEST_CASE("cuped: what is no sample is refused", "[stats]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const CovariateMoments& bad :
       {CovariateMoments(-1, {1, 1}, {{{1, 0}, {0, 1}}}), CovariateMoments(9, {1, kNan}, {{{1, 0}, {0, 1}}}),
        CovariateMoments(9, {1, 1}, {{{1, 0}, {0, -1}}}), CovariateMoments(9, {1, 1}, {{{1, 1.1}, {1.1, 1}}})}) {
    CHECK(cuped_mean(control(), bad).reason() == Undefined::invalid_input);
    CHECK(cuped_mean(bad, treatment()).reason() == Undefined::invalid_input);
  }
  CHECK(cuped_mean(control(), treatment(), {.test = {.alpha = 1}}).reason() == Undefined::invalid_input);
}
