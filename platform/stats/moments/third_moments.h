#pragma once

#include <array>
#include <cstddef>

namespace crossfade::stats {

// Third co-moments of K quantities of the same units, about their means: what is skew about any linear form of them.
// Summed up in a second pass, when the means are known, so that nothing cancels.
template <std::size_t K>
class ThirdMoments {
 public:
  using Values = std::array<double, K>;

  // A unit's deviations from the means of its sample.
  constexpr void add(const Values& deviations) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < K; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const double product = deviations[i] * deviations[j];
        for (std::size_t k = 0; k <= j; ++k) c3_[at++] += product * deviations[k];
      }
    }
  }

  // The sum over the units of the cube of sum(form_i deviation_i).
  constexpr double of(const Values& form) const {
    double sum = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < K; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        for (std::size_t k = 0; k <= j; ++k) {
          const double orders = i == k ? 1 : i == j || j == k ? 3 : 6;
          sum += orders * form[i] * form[j] * form[k] * c3_[at++];
        }
      }
    }
    return sum;
  }

  constexpr bool operator==(const ThirdMoments&) const = default;

 private:
  std::array<double, K*(K + 1) * (K + 2) / 6> c3_{};  // i >= j >= k, k fastest
};

}  // namespace crossfade::stats
