#include "recommenders/policy/best_of.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace crossfade::recommenders {

namespace {

// Standard deviations from the mean at which each belief is looked at: near enough for a normal density.
constexpr std::array<double, 17> kLooks = {-4.5, -3.5, -3,  -2.5, -2,  -1.5, -1,  -0.5, 0,
                                           0.5,  1,    1.5, 2,    2.5, 3,    3.5, 4.5};
constexpr double kLeastProbability = 1e-6;  // of all together

double below(const Belief& belief, double x) {
  return std::erfc((belief.mean - x) / (belief.sd * std::sqrt(2.0))) / 2;
}

}  // namespace

Belief belief_of(double answers, double reward) {
  return {.mean = (reward + 0.5) / (answers + 1), .sd = 0.5 / std::sqrt(answers + 1)};
}

std::vector<double> probabilities_of_best(std::span<const Belief> beliefs) {
  const std::size_t n = beliefs.size();
  if (n == 0) return {};
  std::vector<double> grid;
  grid.reserve(n * kLooks.size());
  for (const Belief& belief : beliefs) {
    for (const double look : kLooks) grid.push_back(belief.mean + look * belief.sd);
  }
  std::ranges::sort(grid);
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  std::vector<double> best(n, 0);
  std::vector<double> former(n, 0);
  std::vector<double> now(n);
  std::vector<double> behind(n + 1, 1);  // products from the end on
  for (const double x : grid) {
    for (std::size_t i = 0; i < n; ++i) now[i] = below(beliefs[i], x);
    const auto middle = [&](std::size_t i) { return (former[i] + now[i]) / 2; };
    for (std::size_t i = n; i-- > 0;) behind[i] = behind[i + 1] * middle(i);
    double before = 1;
    for (std::size_t i = 0; i < n; ++i) {
      best[i] += (now[i] - former[i]) * before * behind[i + 1];
      before *= middle(i);
    }
    former = now;
  }
  const double least = kLeastProbability / static_cast<double>(n);
  for (double& one : best) one = std::max(one, least);
  const double sum = std::accumulate(best.begin(), best.end(), 0.0);
  for (double& one : best) one /= sum;
  return best;
}

}  // namespace crossfade::recommenders
