#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "platform/stats/moments/moments.h"

namespace crossfade::stats {

// Moments of K quantities of the same units, with their co-moments: what ratios (K = 2: numerator, denominator) and
// covariates (outcome, covariate) need. Mergeable as Moments are.
template <std::size_t K>
class CoMoments {
 public:
  using Values = std::array<double, K>;
  using Matrix = std::array<Values, K>;

  constexpr CoMoments() = default;
  // n >= 0; c2[i][j] = sum of (x_i - mean_i)(x_j - mean_j), symmetric; all 0 where n is 0.
  constexpr CoMoments(std::int64_t n, const Values& mean, const Matrix& c2) : n_(n), mean_(mean), c2_(c2) {}

  constexpr void add(const Values& x) {
    ++n_;
    Values from_old_mean{};
    for (std::size_t i = 0; i < K; ++i) {
      from_old_mean[i] = x[i] - mean_[i];
      mean_[i] += from_old_mean[i] / static_cast<double>(n_);
    }
    for (std::size_t i = 0; i < K; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        c2_[i][j] += from_old_mean[i] * (x[j] - mean_[j]);
        c2_[j][i] = c2_[i][j];
      }
    }
  }

  // Chan's formula, as for Moments.
  constexpr void merge(const CoMoments& other) {
    if (other.n_ == 0) return;
    if (n_ == 0) {
      *this = other;
      return;
    }
    const double n = static_cast<double>(n_);
    const double m = static_cast<double>(other.n_);
    Values gap{};
    for (std::size_t i = 0; i < K; ++i) gap[i] = other.mean_[i] - mean_[i];
    for (std::size_t i = 0; i < K; ++i) {
      mean_[i] += gap[i] * (m / (n + m));
      for (std::size_t j = 0; j < K; ++j) c2_[i][j] += other.c2_[i][j] + gap[i] * gap[j] * (n * m / (n + m));
    }
    n_ += other.n_;
  }

  constexpr std::int64_t n() const { return n_; }
  constexpr double mean(std::size_t i) const { return mean_[i]; }
  constexpr double c2(std::size_t i, std::size_t j) const { return c2_[i][j]; }
  // Of the sample (n - 1); 0 where n < 2. covariance(i, i) is the variance.
  constexpr double covariance(std::size_t i, std::size_t j) const {
    return n_ < 2 ? 0 : c2_[i][j] / static_cast<double>(n_ - 1);
  }
  // Of one quantity alone.
  constexpr Moments marginal(std::size_t i) const { return {n_, mean_[i], c2_[i][i]}; }

  constexpr bool operator==(const CoMoments&) const = default;

 private:
  std::int64_t n_ = 0;
  Values mean_{};
  Matrix c2_{};
};

// Of a ratio of sums: 0 = numerator, 1 = denominator.
using RatioMoments = CoMoments<2>;
// Of a mean with its covariate: 0 = outcome, 1 = the same before the experiment.
using CovariateMoments = CoMoments<2>;
// Of a ratio with its covariate: 0 = numerator, 1 = denominator, 2 and 3 = the same before the experiment.
using RatioCovariateMoments = CoMoments<4>;
// Of any metric, as a store sums it up.
using MetricMoments = CoMoments<4>;

}  // namespace crossfade::stats
