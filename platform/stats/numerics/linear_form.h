#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

#include "platform/stats/moments/co_moments.h"

// First-order variances of functions of several means: what ratios and covariates have in common.
namespace crossfade::stats {

// What sums in doubles can be wrong by, as a share of their terms.
inline constexpr double kRounding = 1e-12;

// Whether a sample can have these moments: finite, no variance below 0, no correlation beyond 1 but by rounding.
template <std::size_t K>
bool valid(const CoMoments<K>& sample) {
  if (sample.n() < 0) return false;
  const double root_n = std::sqrt(static_cast<double>(sample.n()));
  const auto root = [&](std::size_t i) { return std::sqrt(sample.c2(i, i)); };
  const auto raw_root = [&](std::size_t i) { return std::hypot(root(i), root_n * sample.mean(i)); };
  for (std::size_t i = 0; i < K; ++i) {
    if (!std::isfinite(sample.mean(i)) || !std::isfinite(sample.c2(i, i)) || !(sample.c2(i, i) >= 0)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      const double most = root(i) * root(j) + kRounding * raw_root(i) * raw_root(j);
      if (!(std::abs(sample.c2(i, j)) <= most) || sample.c2(i, j) != sample.c2(j, i)) return false;
    }
  }
  return true;
}

// Covariance of sum(a_i x_i) and sum(b_i x_i) in a unit.
template <std::size_t K>
double covariance_of(const CoMoments<K>& sample, const typename CoMoments<K>::Values& a,
                     const typename CoMoments<K>::Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < K; ++i) {
    for (std::size_t j = 0; j < K; ++j) sum += a[i] * sample.covariance(i, j) * b[j];
  }
  return sum;
}

// Variance of sum(a_i x_i) in a unit. What cannot be told from 0 by rounding is 0: exactly proportional quantities have
// a ratio without variance. None where it is far below 0, or not finite: no sample has these moments.
template <std::size_t K>
std::optional<double> variance_of(const CoMoments<K>& sample, const typename CoMoments<K>::Values& a) {
  double terms = 0;
  double raw_terms = 0;  // what the moments may themselves have been computed from
  for (std::size_t i = 0; i < K; ++i) {
    for (std::size_t j = 0; j < K; ++j) {
      const double scale = std::abs(a[i] * a[j]);
      terms += scale * std::abs(sample.covariance(i, j));
      raw_terms += scale * std::abs(sample.mean(i) * sample.mean(j));
    }
  }
  const double variance = covariance_of(sample, a, a);
  if (!std::isfinite(variance) || !std::isfinite(terms)) return std::nullopt;
  if (std::abs(variance) <= kRounding * terms) return 0;
  if (variance > 0) return variance;
  if (-variance <= kRounding * (terms + raw_terms)) return 0;
  return std::nullopt;
}

}  // namespace crossfade::stats
