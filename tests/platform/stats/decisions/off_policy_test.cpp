#include "platform/stats/decisions/off_policy.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

const std::vector<double> kReward = {1, 0, 0.5, 2, 0, 1};
const std::vector<double> kLogging = {0.5, 0.25, 0.1, 0.8, 0.4, 0.05};
const std::vector<double> kTarget = {0.4, 0.5, 0, 0.9, 0.1, 0.6};
const std::vector<double> kModelled = {0.8, 0.1, 0.4, 1.5, 0.2, 0.9};
const std::vector<double> kExpected = {0.7, 0.3, 0.5, 1.6, 0.1, 0.8};

}  // namespace

TEST_CASE("off-policy: weighted, self-normalised, doubly robust", "[stats]") {
  const auto result = off_policy({kReward, kLogging, kTarget, kModelled, kExpected});
  REQUIRE((result && result->doubly_robust));
  CHECK(result->ips == near(2.5083333333333333));
  CHECK(result->ips_se == near(1.9317702014243597));
  CHECK(result->snips == near(0.93044822256568779));
  CHECK(result->snips_se == near(0.14714237673718625));
  CHECK(result->doubly_robust->dr == near(0.94541666666666667));
  CHECK(result->doubly_robust->dr_se == near(0.37928134712608499));
  CHECK(result->doubly_robust->dm == near(0.66666666666666667));
  CHECK(result->ess == near(1.7445748888305432));
  CHECK(result->mean_weight == near(2.6958333333333333));
  CHECK(result->max_weight == near(12));
}

TEST_CASE("off-policy: clipped weights", "[stats]") {
  const auto result = off_policy({kReward, kLogging, kTarget, kModelled, kExpected}, {.clip = 5});
  REQUIRE(result);
  CHECK(result->ips == near(1.3416666666666667));
  CHECK(result->snips == near(0.8773841961852861));
  CHECK(result->snips_se == near(0.2463272482301436));
  CHECK(result->doubly_robust->dr == near(0.82875));
  CHECK(result->ess == near(2.7182990574986377));
  CHECK(result->max_weight == 5);
}

TEST_CASE("off-policy: the same policy gives the mean, far from 0 too", "[stats]") {
  const std::vector<double> reward = {1e9 - 1, 1e9 + 1, 1e9};
  const std::vector<double> propensity = {0.1, 0.2, 0.3};
  const auto result = off_policy({reward, propensity, propensity});
  REQUIRE(result);
  CHECK(result->ips == near(1e9));
  CHECK(result->ips_se == near(1 / std::sqrt(3.0)));
  CHECK(result->snips_se == near(std::sqrt(2.0) / 3));
  CHECK(result->ess == near(3));
  CHECK_FALSE(result->doubly_robust);
}

TEST_CASE("off-policy: weights whose squares overflow still count", "[stats]") {
  const std::vector<double> logging = {1e-200, 1e-200};
  const auto result = off_policy({std::vector<double>{0, 0}, logging, std::vector<double>{1, 0.5}});
  REQUIRE(result);
  CHECK(result->ess == near(1.8));
}

// Two of ten thousand decisions carry the answer, and their weights have a mean of 3: neither it nor its error is one.
TEST_CASE("off-policy: an effective sample that is too small is refused where a minimum is asked for", "[stats]") {
  std::vector<double> logging(10'000, 0.5);
  std::vector<double> target(10'000, 0.0);
  std::vector<double> reward(10'000, 1.0);
  for (std::size_t i = 0; i < 3; ++i) {
    target[i] = 0.9;
    logging[i] = i < 2 ? 6e-5 : 2e-3;
  }
  const auto answered = off_policy({reward, logging, target});
  REQUIRE(answered);
  CHECK(answered->ess == Approx(2.06).margin(0.05));
  CHECK(answered->mean_weight == Approx(3.05).margin(0.05));
  CHECK(off_policy({reward, logging, target}, {.minimum_ess = 100}).reason() == Undefined::insufficient_data);
  CHECK(off_policy({reward, logging, target}, {.minimum_ess = 2}));
  CHECK(off_policy({reward, logging, target}, {.minimum_ess = -1}).reason() == Undefined::invalid_input);
}

TEST_CASE("off-policy: undefined", "[stats]") {
  const std::vector<double> two = {1, 2};
  const std::vector<double> half = {0.5, 0.5};
  CHECK(off_policy({two, half, std::vector<double>{0, 0}}).reason() == Undefined::no_overlap);
  for (const double bad : {0.0, -0.1, 1.1, std::nan(""), 1e-310}) {
    CHECK(off_policy({two, std::vector<double>{0.5, bad}, half}).reason() == Undefined::invalid_propensity);
  }
  for (const double bad : {-0.1, 1.1, std::nan("")}) {
    CHECK(off_policy({two, half, std::vector<double>{0.5, bad}}).reason() == Undefined::invalid_propensity);
  }
  CHECK(off_policy({}).reason() == Undefined::insufficient_data);
  CHECK(off_policy({two, half, std::vector<double>{0.5}}).reason() == Undefined::invalid_input);
  CHECK(off_policy({two, half, half, two}).reason() == Undefined::invalid_input);
  CHECK(off_policy({std::vector<double>{1, std::nan("")}, half, half}).reason() == Undefined::invalid_input);
  CHECK(off_policy({std::vector<double>{1e308, -1e308}, half, half}, {.clip = 0}).reason() == Undefined::invalid_input);
}
