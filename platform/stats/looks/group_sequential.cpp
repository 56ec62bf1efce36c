#include "platform/stats/looks/group_sequential.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

namespace {

// Below this a bound would be a number of few digits about an event that never happens.
constexpr double kSmallestSpend = 1e-300;
// Standard deviations beyond which normal density and tail are 0 in doubles.
constexpr double kFar = 39;

// The score process at one look, among experiments that have gone on: brownian motion B(t), symmetric, so that its
// upper half is enough. Weights hold the density too. Before the first look all of it is at 0.
struct Node {
  double position = 0;  // >= 0
  double weight = 0;    // of the position and of its mirror image, each
};
using Density = std::vector<Node>;

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

// The x that is exceeded with probability `spend`: Newton steps on the logarithm of the tail, kept in a bracket.
double bound(const Density& before, double sd, double root_t, double spend) {
  double low = 0;
  double high = kFar * root_t;
  double x = root_t * normal_upper_quantile(spend);
  for (int i = 0; i < 200; ++i) {
    const double tail = tail_after_step(before, x, sd);
    (tail > spend ? low : high) = x;
    // -d log(tail) / dx
    const double slope = density_after_step(before, x, sd) / tail;
    const double newton = x + std::log(tail / spend) / slope;
    if (std::abs(newton - x) <= 1e-14 * root_t) break;
    x = newton > low && newton < high ? newton : (low + high) / 2;
  }
  return x;
}

bool are_looks(std::span<const double> fractions, const GroupSequentialOptions& options) {
  if (fractions.empty() || fractions.size() > kMostLooks) return false;
  if (!valid_alpha(options.alpha) || options.alpha < kSmallestSpend) return false;
  const double rho = options.spending.rho;
  if (options.spending.type == SpendingType::power && !(rho > 0 && std::isfinite(rho))) return false;
  if (!(fractions.front() > 0) || !(fractions.back() <= 1)) return false;
  for (std::size_t k = 1; k < fractions.size(); ++k) {
    if (!(fractions[k] - fractions[k - 1] >= kSmallestInformationStep)) return false;
  }
  return true;
}

// The boundaries, and the density of experiments that have crossed none of them after the last look.
struct Walk {
  GroupSequential result;
  Density remaining;
};

Walk walk(std::span<const double> fractions, const GroupSequentialOptions& options, bool to_the_end) {
  Walk walk;
  Density density{{.position = 0, .weight = 0.5}};
  double already_spent = 0;
  double previous_t = 0;
  for (std::size_t k = 0; k < fractions.size(); ++k) {
    const double t = fractions[k];
    const double sd = std::sqrt(t - previous_t);
    const double root_t = std::sqrt(t);
    const double allowed = spent(options.spending, options.alpha / 2, t);
    const double spend = allowed - already_spent;
    const bool tested = spend >= kSmallestSpend;
    const double end = tested ? bound(density, sd, root_t, spend) : kFar * root_t;
    if (tested) already_spent = allowed;
    walk.result.z_bounds.push_back(tested ? end / root_t : kInfinity);
    walk.result.cumulative_alpha.push_back(2 * allowed);
    const bool last = k + 1 == fractions.size();
    if (last && !to_the_end) break;

    // Smooth at the scale of the step that led here, integrated against that of the next one.
    Density next = grid(end, last ? sd : std::min(sd, std::sqrt(fractions[k + 1] - t)));
    for (Node& node : next) node.weight *= density_after_step(density, node.position, sd);
    density = std::move(next);
    previous_t = t;
  }
  walk.remaining = std::move(density);
  return walk;
}

// Under a drift every density is that without one, weighted by the likelihood ratio exp(drift x - drift^2 t / 2).
double power_of(const Density& remaining, double t, double drift) {
  double missed = 0;
  for (const Node& node : remaining) {
    missed += node.weight * (std::exp(drift * node.position - drift * drift * t / 2) +
                             std::exp(-drift * node.position - drift * drift * t / 2));
  }
  return std::clamp(1 - missed, 0.0, 1.0);
}

}  // namespace

Result<GroupSequential> group_sequential(std::span<const double> information_fractions,
                                         const GroupSequentialOptions& options) {
  if (!are_looks(information_fractions, options)) return Undefined::invalid_input;
  return walk(information_fractions, options, false).result;
}

Result<double> group_sequential_power(std::span<const double> information_fractions, double drift,
                                      const GroupSequentialOptions& options) {
  if (!are_looks(information_fractions, options) || !std::isfinite(drift)) return Undefined::invalid_input;
  return power_of(walk(information_fractions, options, true).remaining, information_fractions.back(), drift);
}

Result<double> group_sequential_drift(std::span<const double> information_fractions, double target_power,
                                      const GroupSequentialOptions& options) {
  if (!are_looks(information_fractions, options) || !valid_alpha(target_power)) return Undefined::invalid_input;
  if (target_power <= options.alpha) return Undefined::not_attainable;
  const Density remaining = walk(information_fractions, options, true).remaining;
  const auto missing = [&](double drift) {
    return power_of(remaining, information_fractions.back(), drift) - target_power;
  };
  const auto drift = growing_root(missing, 0, 1, kFar);
  if (!drift) return Undefined::not_attainable;
  return *drift;
}

}  // namespace crossfade::stats
