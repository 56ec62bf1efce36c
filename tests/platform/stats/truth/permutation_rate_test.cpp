#include <catch2/catch.hpp>
#include <vector>

#include "platform/stats/means/permutation.h"
#include "platform/stats/means/welch.h"
#include "tests/platform/stats/truth/draws.h"

using namespace crossfade::stats;
using namespace crossfade::stats::test;

namespace {

constexpr int kExperiments = 2000;

struct Rejected {
  double welch = 0;
  double permutation = 0;
};

// The share of experiments of 450 against 50 units without an effect in which p is below .05.
Rejected rejected(Shape shape) {
  Draws draws(15);
  Rejected result;
  for (int i = 0; i < kExperiments; ++i) {
    std::vector<double> control(450), treatment(50);
    Moments c, t;
    for (double& value : control) c.add(value = draws.value(shape));
    for (double& value : treatment) t.add(value = draws.value(shape));
    if (welch_t(c, t)->p_value < 0.05) result.welch += 1.0 / kExperiments;
    const auto dealt = permutation(control, treatment, {.replicates = 399, .seed = static_cast<std::uint64_t>(i)});
    if (dealt->p_value <= 0.05) result.permutation += 1.0 / kExperiments;
  }
  return result;
}

}  // namespace

TEST_CASE("permutation: holds where Welch's test of skewed values does not", "[stats]") {
  // Without an effect the variants are exchangeable and the rate is .05 exactly; four Monte Carlo errors of 2 000
  // experiments are .0195.
  for (const Shape shape : {Shape::normal, Shape::lognormal, Shape::pareto, Shape::bots}) {
    const Rejected found = rejected(shape);
    WARN(to_string(shape) << ", 450/50: Welch rejects " << 100 * found.welch << " %, the permutation "
                          << 100 * found.permutation << " %");
    CHECK(found.permutation < 0.05 + 0.0195);
    CHECK(found.permutation > 0.05 - 0.0195);
    CHECK((found.welch > 0.09) == (shape != Shape::normal));
  }
}
