#include "platform/stats/decisions/interleaving.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/platform/stats/samples.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

TEST_CASE("interleaving: sessions, and users of unequal zeal", "[stats]") {
  std::vector<InterleavedSession> sessions = {{"one", 0, 1},   {"two", 1, 3},  {"two", 2, 2},  {"three", 1, 2},
                                              {"three", 2, 1}, {"four", 5, 0}, {"five", 1, 1}, {"five", 1, 1}};
  sessions.push_back({"five", 0, 0.5});
  const auto result = interleaving(sessions);
  REQUIRE(result);
  CHECK(result->wins_a == 2);
  CHECK(result->wins_b == 4);
  CHECK(result->ties == 3);
  CHECK(result->delta_ab == near(1.0 / 9));
  CHECK(result->sign_test_p == near(0.6875));           // 2 (1 + 6 + 15) / 64
  CHECK(result->user_preference == near(1.0 / 6));      // of 1, 1/2, 0, -1, 1/3
  CHECK(*result->user_preference_se == near(1.0 / 3));  // sd 0.745 / sqrt(5)
  CHECK(*result->user_p == near(0.64332996318186327));
  CHECK(result->interval->lower == near(-0.75881503506593145));
  CHECK(result->interval->upper == near(1.0921483683992648));
}

TEST_CASE("interleaving: the sign test is exact far out", "[stats]") {
  std::vector<InterleavedSession> sessions(1000, {"listener", 0, 1});
  for (std::size_t i = 0; i < 100; ++i) sessions[i].credit_a = 2;
  const auto result = interleaving(sessions);
  REQUIRE(result);
  CHECK(result->sign_test_p == near(1.3403435580012593e-161, 1e-10));
  CHECK(result->user_preference == near(0.8));
  CHECK_FALSE(result->user_p);  // one user
}

TEST_CASE("interleaving: ties only, or users of one mind in different orders", "[stats]") {
  const auto ties = interleaving(std::vector<InterleavedSession>{{"a", 1, 1}, {"b", 0, 0}});
  REQUIRE(ties);
  CHECK(ties->sign_test_p == 1);
  CHECK(ties->delta_ab == 0);
  const auto same = interleaving(
      std::vector<InterleavedSession>{{"a", 0, 1}, {"a", 1, 1}, {"a", 1, 1}, {"b", 1, 1}, {"b", 1, 1}, {"b", 0, 1}});
  REQUIRE(same);
  CHECK(same->user_preference == near(1.0 / 3));
  CHECK_FALSE(same->user_p);
}

TEST_CASE("interleaving: undefined", "[stats]") {
  CHECK(interleaving({}).reason() == Undefined::insufficient_data);
  const std::vector<InterleavedSession> bad = {{"a", std::nan(""), 1}};
  CHECK(interleaving(bad).reason() == Undefined::invalid_input);
  CHECK(interleaving(std::vector<InterleavedSession>{{"a", 0, 1}}, 0).reason() == Undefined::invalid_input);
}
