#include <catch2/catch.hpp>
#include <vector>

#include "platform/stats/quantiles/quantile_raw.h"
#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

using Users = std::vector<std::vector<double>>;

constexpr QuantileOptions kMid{.ties = Ties::mid};

Users single_events(int n) {
  Users users;
  for (int i = 1; i <= n; ++i) users.push_back({static_cast<double>(i)});
  return users;
}

}  // namespace

TEST_CASE("quantile with ties: the mid-distribution function's inverse, and its error between users", "[stats]") {
  const auto result = quantile_raw(Users{{0, 1}, {1, 1, 2}, {2}, {0, 3, 1}, {4}, {1, 2, 5}},
                                   Users{{1, 1}, {3, 1, 2}, {2, 2}, {0, 3, 4}, {6}, {1, 2, 3}}, 0.5, {}, kMid);
  REQUIRE(result);
  CHECK(result->control_quantile == near(1.5));
  CHECK(result->treatment_quantile == near(2));
  CHECK(result->estimate == near(0.5));
  CHECK(result->standard_error == near(0.49155006025276081));
  CHECK(result->interval.upper - result->estimate == near(0.96342041469390481));
}

// Nobody has to break a tie: R's quantile(1:10, c(.5, .25, .12), type = 5).
TEST_CASE("quantile with ties: without any it is Hyndman and Fan's type 5", "[stats]") {
  const Users ten = single_events(10);
  CHECK(quantile_raw(ten, ten, 0.5, {}, kMid)->control_quantile == near(5.5));
  CHECK(quantile_raw(ten, ten, 0.25, {}, kMid)->control_quantile == near(3));
  CHECK(quantile_raw(ten, ten, 0.12, {}, kMid)->control_quantile == near(1.7));
}

// p99 of 50 users' single events was taken for the largest of them, with an interval from the 49th to the 50th: it
// missed in 71 % of experiments without an effect.
TEST_CASE("quantile: ranks that would be clamped are not answered where that is asked for", "[stats]") {
  const auto answered = [](int n, double nu, const QuantileOptions& how) {
    const Users users = single_events(n);
    return quantile_raw(users, users, nu, {}, how).defined();
  };
  for (const Ties ties : {Ties::order, Ties::mid}) {
    for (const int n : {50, 100, 200}) {
      CHECK(answered(n, 0.99, {.ties = ties}));
      CHECK_FALSE(answered(n, 0.99, {.ties = ties, .clamp = false}));
      CHECK_FALSE(answered(n, 0.01, {.ties = ties, .clamp = false}));
    }
    CHECK(answered(500, 0.99, {.ties = ties, .clamp = false}));
    CHECK(answered(50, 0.5, {.ties = ties, .clamp = false}));
  }
  const Users users = single_events(50);
  CHECK(quantile_raw(users, users, 0.99, {}, {.clamp = false}).reason() == Undefined::insufficient_data);
  CHECK(quantile_moments(users, 0.99, 0.05, {.clamp = false}).reason() == Undefined::insufficient_data);
  CHECK(quantile_moments(single_events(500), 0.99, 0.05, {.clamp = false})->n() == 500);
}

TEST_CASE("quantile: events that are all the same have no error, however they are looked at", "[stats]") {
  const Users same(20, {3.0});
  for (const Ties ties : {Ties::order, Ties::mid}) {
    for (const bool clamp : {true, false}) {
      CHECK(quantile_raw(same, same, 0.9, {}, {.ties = ties, .clamp = clamp}).reason() == Undefined::zero_variance);
    }
  }
}

TEST_CASE("quantile with ties: order statistics are the default, as before", "[stats]") {
  const Users control = {{1, 2, 2.5}, {4, 7}, {3, 9, 11, 12}, {5}, {6, 8, 10}};
  const auto plain = quantile_raw(control, control, 0.5);
  const auto order = quantile_raw(control, control, 0.5, {}, {.ties = Ties::order, .clamp = true});
  CHECK(plain->control_quantile == 6);
  CHECK(plain->standard_error == order->standard_error);
}
