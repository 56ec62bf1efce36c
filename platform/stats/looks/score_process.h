#pragma once

#include <vector>

// What boundaries, power and estimates of a group sequential test have in common: the recursion of P. Armitage, C. K.
// McPherson, B. C. Rowe, J. R. Statist. Soc. A 132 (1969).
namespace crossfade::stats {

// The score process at one look, among experiments that have gone on: brownian motion B(t), symmetric, so that its
// upper half is enough. Weights hold the density too. Before the first look all of it is at 0.
struct Node {
  double position = 0;  // >= 0
  double weight = 0;    // of the position and of its mirror image, each
};
using Density = std::vector<Node>;

// Standard deviations beyond which normal density and tail are 0 in doubles.
inline constexpr double kFar = 39;

// Before the first look.
inline Density at_start() {
  return {{.position = 0, .weight = 0.5}};
}

// After a step of standard deviation `sd`, among those that land within [-end, end]; on nodes for functions that are
// smooth at `scale`.
Density after_step(const Density& before, double sd, double end, double scale);

// After such a step: the density at x, and the chance to be beyond x or below -x.
double density_after_step(const Density& before, double x, double sd);
double tail_after_step(const Density& before, double x, double sd);

// The chance to be above x after a step of variance sd^2 = t - `previous_t`, of a process with a drift, among those
// that had gone on without leaving. Under a drift every density is that without one, weighted by the likelihood ratio
// exp(drift x - drift^2 t / 2).
double chance_above(const Density& before, double previous_t, double t, double x, double drift);

}  // namespace crossfade::stats
