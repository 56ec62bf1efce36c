#include "platform/stats/looks/group_sequential.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/looks/score_process.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

namespace {

// Below this a bound would be a number of few digits about an event that never happens.
constexpr double kSmallestSpend = 1e-300;

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
  if (!valid_alpha(options.alpha) || options.alpha < kSmallestSpend) return false;
  const double rho = options.spending.rho;
  if (options.spending.type == SpendingType::power && !(rho > 0 && std::isfinite(rho))) return false;
  return are_information_fractions(fractions);
}

// The boundaries, and the density of experiments that have crossed none of them after the last look.
struct Walk {
  GroupSequential result;
  Density remaining;
};

Walk walk(std::span<const double> fractions, const GroupSequentialOptions& options, bool to_the_end) {
  Walk walk;
  Density density = at_start();
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
    density = after_step(density, sd, end, last ? sd : std::min(sd, std::sqrt(fractions[k + 1] - t)));
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

bool are_information_fractions(std::span<const double> fractions) {
  if (fractions.empty() || fractions.size() > kMostLooks) return false;
  if (!(fractions.front() > 0) || !(fractions.back() <= 1)) return false;
  for (std::size_t k = 1; k < fractions.size(); ++k) {
    if (!(fractions[k] - fractions[k - 1] >= kSmallestInformationStep)) return false;
  }
  return true;
}

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
