#include <fmt/format.h>

#include <boost/random/poisson_distribution.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "platform/stats/means/welch.h"
#include "platform/stats/quantiles/quantile_raw.h"
#include "platform/stats/ratios/ratio.h"
#include "platform/stats/ratios/ratio_jackknife.h"
#include "platform/stats/segments/effect_trend.h"
#include "tests/platform/stats/truth/simulated.h"

// Two variants that are the same: how often a nominal 95 % interval misses, or a test at 5 % rejects. Bands are four
// standard errors of the rate, so that a right method practically never fails.
using namespace crossfade::stats;
using namespace crossfade::stats::test;
using crossfade::Random;

namespace {

int poisson(Random& random, double mean) {
  return boost::random::poisson_distribution<int>(mean)(random);
}

constexpr int kRounds = 2000;
constexpr double kFourErrors = 0.0195;  // 4 sqrt(0.05 x 0.95 / 2000)

using Users = std::vector<std::vector<double>>;

template <class Draw>
Users users(Random& random, int n, const Draw& draw) {
  Users made;
  for (int i = 0; i < n; ++i) made.push_back({draw(random)});
  return made;
}

// How often the interval of the difference leaves out 0, which is true. What is not answered does not count.
template <class Draw>
Rate missed(int n, double nu, const QuantileOptions& how, const Draw& draw) {
  Random random{11, static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(1000 * nu)};
  Rate rate;
  for (int round = 0; round < kRounds; ++round) {
    const Users control = users(random, n, draw);
    const auto found = quantile_raw(control, users(random, n, draw), nu, {}, how);
    if (found) rate.add(found->interval.lower > 0 || found->interval.upper < 0);
  }
  return rate;
}

constexpr QuantileOptions kOrder;
constexpr QuantileOptions kMid{.ties = Ties::mid, .clamp = false};

}  // namespace

TEST_CASE("coverage: quantiles of values that repeat", "[truth]") {
  const auto counts = [](Random& random) {
    return static_cast<double>(poisson(random, 3 * std::exp(normal(random) / 2)));
  };
  const auto grid = [](Random& random) { return 5 * std::round((100 + 25 * normal(random)) / 5); };
  const Rate counts_order = missed(500, 0.9, kOrder, counts);
  const Rate counts_mid = missed(500, 0.9, kMid, counts);
  const Rate grid_order = missed(500, 0.5, kOrder, grid);
  const Rate grid_mid = missed(500, 0.5, kMid, grid);
  show("p90 of counts, 500 units a variant, order", counts_order);
  show("p90 of counts, 500 units a variant, mid", counts_mid);
  show("p50 on a grid of 5 ms, 500 units a variant, order", grid_order);
  show("p50 on a grid of 5 ms, 500 units a variant, mid", grid_mid);
  CHECK(counts_order.share() > 0.05 + kFourErrors);  // must fail
  CHECK(grid_order.share() > 0.05 + kFourErrors);    // must fail
  CHECK(counts_mid.share() == Approx(0.05).margin(kFourErrors));
  CHECK(grid_mid.share() == Approx(0.05).margin(kFourErrors));
}

TEST_CASE("coverage: a quantile near the end of a small sample", "[truth]") {
  const auto times = [](Random& random) { return std::exp(normal(random)); };
  for (const int n : {50, 100, 200}) {
    const Rate clamped = missed(n, 0.99, kOrder, times);
    show(fmt::format("p99 of {} single events a variant, clamped", n), clamped);
    CHECK(clamped.share() > (n == 200 ? 0.06 : 0.2));  // must fail
    CHECK(missed(n, 0.99, {.clamp = false}, times).rounds == 0);
  }
  for (const int n : {500, 1000}) {
    const Rate rate = missed(n, 0.99, {.clamp = false}, times);
    show(fmt::format("p99 of {} single events a variant, not clamped", n), rate);
    CHECK(rate.share() < 0.05 + kFourErrors);
  }
}

TEST_CASE("coverage: a ratio of which 95 % of the units have no denominator", "[truth]") {
  Random random{12};
  const auto arm = [&random] {
    std::vector<RatioGroup> units;
    RatioMoments moments;
    for (int unit = 0; unit < 200; ++unit) {
      const int denominator = random.uniform() < 0.05 ? 1 + poisson(random, 3) : 0;
      const double rate = 0.3 * random.uniform();
      int numerator = 0;
      for (int i = 0; i < denominator; ++i) numerator += random.uniform() < rate ? 1 : 0;
      units.push_back({static_cast<double>(denominator), Moments(1, numerator, 0)});
      moments.add({static_cast<double>(numerator), static_cast<double>(denominator)});
    }
    return std::pair(units, moments);
  };
  Rate delta;
  Rate jackknife;
  for (int round = 0; round < 2 * kRounds; ++round) {
    const auto control = arm();
    const auto treatment = arm();
    const auto by_delta = [](const auto& variant) { return ratio_moments(variant.second); };
    const auto by_jackknife = [](const auto& variant) { return ratio_jackknife(variant.first); };
    const auto rejects = [&](const auto& method, Rate& rate) {
      const auto of_control = method(control);
      const auto of_treatment = method(treatment);
      if (!of_control || !of_treatment) return;
      const auto test = welch_t(*of_control, *of_treatment);
      if (test) rate.add(test->p_value < 0.05);
    };
    rejects(by_delta, delta);
    rejects(by_jackknife, jackknife);
  }
  show("ratio, 95 % without a denominator, 200 units a variant, delta", delta);
  show("ratio, 95 % without a denominator, 200 units a variant, jackknife", jackknife);
  CHECK(delta.share() > 0.075);  // must fail
  CHECK(jackknife.share() < 0.05 + 4 * jackknife.error(0.05));
  CHECK(jackknife.share() > 0.015);
}

// Units that come back on nine days of ten, in a week; their own level makes up the intraclass correlation.
TEST_CASE("coverage: a trend of the effect where units come back", "[truth]") {
  const std::vector<double> days = {0, 1, 2, 3, 4, 5, 6};
  for (const double icc : {0.5, 0.8}) {
    Random random{13, static_cast<std::uint64_t>(100 * icc)};
    const auto arm = [&] {
      std::vector<UnitDays> units(200);
      for (UnitDays& unit : units) {
        const double level = std::sqrt(icc) * normal(random);
        for (std::size_t day = 0; day < days.size(); ++day) {
          if (random.uniform() < 0.9) unit.push_back({day, level + std::sqrt(1 - icc) * normal(random)});
        }
      }
      return units;
    };
    Rate independent;
    Rate clustered;
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<UnitDays> control = arm();
      const std::vector<UnitDays> treatment = arm();
      std::vector<TwoSamples> daily(days.size());
      for (const UnitDays& unit : control) {
        for (const auto& [day, value] : unit) daily[day].control.add(value);
      }
      for (const UnitDays& unit : treatment) {
        for (const auto& [day, value] : unit) daily[day].treatment.add(value);
      }
      independent.add(effect_trend(days, daily)->p_value < 0.05);
      clustered.add(effect_trend_clustered(days, control, treatment)->p_value < 0.05);
    }
    show(fmt::format("trend of the effect, intraclass correlation {}, independent", icc), independent);
    show(fmt::format("trend of the effect, intraclass correlation {}, clustered", icc), clustered);
    CHECK(independent.share() < 0.05 - kFourErrors);  // must fail
    CHECK(clustered.share() == Approx(0.05).margin(kFourErrors));
  }
}
