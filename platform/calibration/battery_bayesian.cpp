#include <algorithm>
#include <array>
#include <cmath>

#include "platform/calibration/battery.h"
#include "platform/calibration/draws.h"
#include "platform/calibration/rate.h"
#include "platform/stats/decisions/bayesian.h"

// Does the Bayesian view mean what it says? Lifts are drawn from its own prior, then data from each lift: among the
// experiments with a chance to win of 70 %, the treatment is the better one in 70 %.
namespace crossfade::calibration {

namespace {

using namespace stats;

constexpr NormalPrior kPrior{};

struct Bin {
  Rate better;              // lifts above 0
  double sum_chance = 0;    // what was said of them
  double sum_variance = 0;  // of `better`, if what was said is right

  // In standard errors: above 0 where more is said than is true.
  double excess() const { return (sum_chance - static_cast<double>(better.count)) / std::sqrt(sum_variance); }
};

struct View {
  std::array<Bin, 10> bins;  // by the chance to win
  Rate covered;              // effects inside the credible interval
  double loss_excess = 0;    // realised - expected, of shipping the treatment; the sum and the sum of squares
  double loss_excess_squared = 0;
};

// With 2 000 users a variant the lift's standard error is 3 %, its prior's is 5 %.
View view_of(const BayesianOptions& options, std::int64_t users) {
  Random random({12});
  boost::random::normal_distribution<double> prior(kPrior.mean, kPrior.sd);
  View result;
  for (int round = 0; round < kRounds; ++round) {
    const double lift = prior(random);
    const Moments control = draw(random, users, 10, 9.5);
    const Moments treatment = draw(random, users, 10 * (1 + lift), 9.5);
    const double effect = options.difference == Difference::relative ? lift : 10 * lift;
    const auto view = bayesian(control, treatment, options);
    const double chance = view->chance_to_win;
    Bin& bin = result.bins[std::min<std::size_t>(9, static_cast<std::size_t>(chance * 10))];
    bin.better.add(effect > 0);
    bin.sum_chance += chance;
    bin.sum_variance += chance * (1 - chance);
    result.covered.add(covers(view->interval, effect));
    const double excess = std::max(-effect, 0.0) - view->expected_loss_treatment;
    result.loss_excess += excess;
    result.loss_excess_squared += excess * excess;
  }
  return result;
}

constexpr BayesianOptions kAbsolute{.difference = Difference::absolute};
constexpr BayesianOptions kFlat{.prior = std::nullopt, .difference = Difference::absolute};

double worst_bin(const BayesianOptions& options, std::int64_t users) {
  double worst = 0;
  for (const Bin& bin : view_of(options, users).bins) worst = std::max(worst, std::abs(bin.excess()));
  return worst;
}

double loss_excess() {
  const View view = view_of(kAbsolute, 2'000);
  return std::abs(view.loss_excess) / std::sqrt(view.loss_excess_squared);
}

Check deviation_check(std::string name, std::function<double()> measure) {
  return {.name = std::move(name), .upper = kBand, .is_share = false, .measure = std::move(measure)};
}

}  // namespace

std::vector<Check> bayesian_checks() {
  return {
      deviation_check("chance to win: worst of 10 bins, in standard errors",
                      [] { return worst_bin(kAbsolute, 2'000); }),
      // Not with 2 000 users: the delta method's error grows with the lift, so that where 2.9 % is said 3.3 % are
      // better, and where 96.7 % is said 97.2 % are (2 million rounds of numpy). With 20 000 users it is off by 0.03
      // points.
      deviation_check("the same of a lift, in standard errors", [] { return worst_bin({}, 20'000); }),
      share_check("coverage of the credible interval", 0.95, kRounds,
                  [] { return view_of(kAbsolute, 2'000).covered.share(); }),
      deviation_check("expected loss: error, in standard errors", loss_excess),
      {.name = "flat prior: excess of the highest bin, in standard errors",
       .lower = kBand,
       .negative_control = true,
       .is_share = false,
       .measure = [] { return view_of(kFlat, 2'000).bins.back().excess(); }},
      {.name = "flat prior: lack in the lowest bin, in standard errors",
       .lower = kBand,
       .negative_control = true,
       .is_share = false,
       .measure = [] { return -view_of(kFlat, 2'000).bins.front().excess(); }},
  };
}

}  // namespace crossfade::calibration
