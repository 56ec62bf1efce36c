#pragma once

#include <cstddef>

#include "platform/stats/moments/co_moments.h"
#include "platform/stats/moments/moments.h"

namespace crossfade::stats {

template <class Sample>
struct Pooled {
  Sample control;
  Sample treatment;
};

// The two samples with their own counts and means, and with the variances and covariances of both as one estimate:
// ((nC - 1) sC^2 + (nT - 1) sT^2) / (nC + nT - 2). Whatever takes them computes the errors that hold where the variants
// differ in nothing but their means. Only of n >= 2 each; unchanged where one has less.
template <std::size_t K>
constexpr Pooled<CoMoments<K>> pooled(const CoMoments<K>& control, const CoMoments<K>& treatment) {
  if (control.n() < 2 || treatment.n() < 2) return {control, treatment};
  const auto spread = [&](const CoMoments<K>& sample) {
    const double degrees = static_cast<double>(sample.n() - 1);
    const double share = degrees / (static_cast<double>(control.n() - 1) + static_cast<double>(treatment.n() - 1));
    typename CoMoments<K>::Values mean{};
    typename CoMoments<K>::Matrix c2{};
    for (std::size_t i = 0; i < K; ++i) {
      mean[i] = sample.mean(i);
      for (std::size_t j = 0; j < K; ++j) c2[i][j] = share * (control.c2(i, j) + treatment.c2(i, j));
    }
    return CoMoments<K>(sample.n(), mean, c2);
  };
  return {spread(control), spread(treatment)};
}

constexpr Pooled<Moments> pooled(const Moments& control, const Moments& treatment) {
  const auto one = [](const Moments& sample) {
    return CoMoments<1>(sample.n(), {sample.mean()}, CoMoments<1>::Matrix{{{sample.m2()}}});
  };
  const Pooled<CoMoments<1>> both = pooled(one(control), one(treatment));
  return {both.control.marginal(0), both.treatment.marginal(0)};
}

}  // namespace crossfade::stats
