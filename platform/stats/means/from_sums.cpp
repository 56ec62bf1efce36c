#include "platform/stats/means/from_sums.h"

#include <algorithm>
#include <cmath>

namespace crossfade::stats {

namespace {

constexpr double kRoundingOfVariance = 1e-12;

struct Deviation {
  double value = 0;     // sum of (a - mean a)(b - mean b)
  double rounding = 0;  // by how much it may be wrong
};

// ab - a b / n. The product and the quotient keep what their rounding drops, so that only the digits that `ab` itself
// has lost are missing. T. J. Dekker: A floating-point technique for extending the available precision, Numerische
// Mathematik 18 (1971).
Deviation deviation(double ab, double a, double b, double n) {
  const double product = a * b;
  const double dropped = std::fma(a, b, -product);
  const double quotient = product / n;
  const double remainder = std::fma(-quotient, n, product);
  return {.value = ab - quotient - (remainder + dropped) / n,
          .rounding = kRoundingOfVariance * std::max(std::abs(ab), std::abs(quotient))};
}

template <std::size_t K>
Result<CoMoments<K>> from_sums(const Sums<K>& sums) {
  if (sums.n < 0) return Undefined::invalid_input;
  typename CoMoments<K>::Values mean{};
  typename CoMoments<K>::Matrix c2{};
  const double n = static_cast<double>(sums.n);
  for (std::size_t i = 0; i < K; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      if (sums.n == 0) {
        if (sums.sum[i] != 0 || sums.product[i][j] != 0) return Undefined::invalid_input;
        continue;
      }
      const Deviation of = deviation(sums.product[i][j], sums.sum[i], sums.sum[j], n);
      if (!std::isfinite(of.value)) return Undefined::invalid_input;
      c2[i][j] = c2[j][i] = of.value;
      if (i == j && of.value < 0) {
        if (of.value < -of.rounding) return Undefined::invalid_input;
        c2[i][i] = 0;
      }
    }
    if (sums.n > 0) mean[i] = sums.sum[i] / n;
  }
  for (std::size_t i = 0; i < K && sums.n > 0; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double most = std::sqrt(c2[i][i]) * std::sqrt(c2[j][j]);
      const double rounding = deviation(sums.product[i][j], sums.sum[i], sums.sum[j], n).rounding;
      if (std::abs(c2[i][j]) > most * (1 + 1e-6) + rounding) return Undefined::invalid_input;
      c2[i][j] = c2[j][i] = std::clamp(c2[i][j], -most, most);
    }
  }
  return CoMoments<K>(sums.n, mean, c2);
}

}  // namespace

Result<Moments> moments_from_sums(std::int64_t n, double sum, double sum_sq) {
  const Result<CoMoments<1>> one = from_sums(Sums<1>{.n = n, .sum = {sum}, .product = {{{sum_sq}}}});
  if (!one) return one.reason();
  return one->marginal(0);
}

Result<CoMoments<2>> moments_from_sums(const Sums<2>& sums) {
  return from_sums(sums);
}

Result<CoMoments<4>> moments_from_sums(const Sums<4>& sums) {
  return from_sums(sums);
}

}  // namespace crossfade::stats
