#include "platform/stats/looks/score_process.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>

#include "platform/stats/numerics/distributions.h"

namespace crossfade::stats {

namespace {

// Of ten points on [-1, 1]: the positive positions, and their weights.
constexpr std::array<std::array<double, 2>, 5> kGaussLegendre{{
    {0.148874338981631211, 0.295524224714752870},
    {0.433395394129247191, 0.269266719309996355},
    {0.679409568299024406, 0.219086362515982044},
    {0.865063366688984511, 0.149451349150580593},
    {0.973906528517171720, 0.066671344308688138},
}};

// Positions and quadrature weights on [0, end] for functions that are smooth at `scale`.
Density grid(double end, double scale) {
  const auto panels = static_cast<std::size_t>(std::max(1.0, std::ceil(end / scale)));
  const double half = end / static_cast<double>(panels) / 2;
  Density nodes;
  nodes.reserve(panels * 2 * kGaussLegendre.size());
  for (std::size_t panel = 0; panel < panels; ++panel) {
    const double centre = half * (2 * static_cast<double>(panel) + 1);
    for (auto at = kGaussLegendre.rbegin(); at != kGaussLegendre.rend(); ++at) {
      nodes.push_back({centre - half * (*at)[0], half * (*at)[1]});
    }
    for (const auto& [x, weight] : kGaussLegendre) nodes.push_back({centre + half * x, half * weight});
  }
  return nodes;
}

// The nodes whose steps of standard deviation sd can reach x.
std::span<const Node> near(const Density& density, double x, double sd) {
  const auto first = std::ranges::lower_bound(density, x - kFar * sd, {}, &Node::position);
  const auto last = std::ranges::upper_bound(density, x + kFar * sd, {}, &Node::position);
  return {first, last};
}

}  // namespace

double density_after_step(const Density& before, double x, double sd) {
  double sum = 0;
  for (const Node& node : near(before, x, sd)) {
    const double up = (x - node.position) / sd;
    const double down = (x + node.position) / sd;
    sum += node.weight * (std::exp(-up * up / 2) + std::exp(-down * down / 2));
  }
  return sum / sd * (std::numbers::inv_sqrtpi / std::numbers::sqrt2);
}

double tail_after_step(const Density& before, double x, double sd) {
  double sum = 0;
  const auto first = std::ranges::lower_bound(before, x - kFar * sd, {}, &Node::position);
  for (const Node& node : std::span(first, before.end())) {
    sum += node.weight * (normal_upper_tail((x - node.position) / sd) + normal_upper_tail((x + node.position) / sd));
  }
  return sum;
}

Density after_step(const Density& before, double sd, double end, double scale) {
  Density next = grid(end, scale);
  for (Node& node : next) node.weight *= density_after_step(before, node.position, sd);
  return next;
}

double chance_above(const Density& before, double previous_t, double t, double x, double drift) {
  const double sd = std::sqrt(t - previous_t);
  double sum = 0;
  for (const Node& node : before) {
    for (const double position : {node.position, -node.position}) {
      const double likelihood_ratio = std::exp(drift * position - drift * drift * previous_t / 2);
      sum += node.weight * likelihood_ratio * normal_upper_tail((x - position - drift * (t - previous_t)) / sd);
    }
  }
  return std::min(1.0, sum);
}

}  // namespace crossfade::stats
