#pragma once

#include <span>
#include <vector>

namespace crossfade::recommenders {

// A normal distribution: what is thought of an arm's mean reward.
struct Belief {
  double mean = 0;
  double sd = 1;  // above 0
};

// Of a mean reward in 0..1 after `answers` rewards that sum to `reward`: one more answer of reward 1/2 was seen before,
// and a reward's variance is at most 1/4 (S. Agrawal, N. Goyal: Further optimal regret bounds for Thompson sampling,
// AISTATS 2013, with that variance).
Belief belief_of(double answers, double reward);

// The probability of each that it is the largest of independent draws, which is how often Thompson sampling chooses it:
// sums to 1, each at least 1e-6 / their number. The integral of density x product of the other distribution functions,
// by the trapezoids between the quantiles of all of them. O(n^2).
std::vector<double> probabilities_of_best(std::span<const Belief> beliefs);

}  // namespace crossfade::recommenders
