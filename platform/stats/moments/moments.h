#pragma once

#include <cstdint>

namespace crossfade::stats {

// Count, mean and sum of squared deviations of one sample: all that a t-test needs, and mergeable, so that shards and
// days add up. Never a sum of squares on the raw scale: that loses every digit once mean / sd reaches 1e8.
class Moments {
 public:
  constexpr Moments() = default;
  // n >= 0; m2 = sum of (x - mean)^2 >= 0; both 0 where n is 0.
  constexpr Moments(std::int64_t n, double mean, double m2) : n_(n), mean_(mean), m2_(m2) {}

  // B. P. Welford: Note on a method for calculating corrected sums of squares and products, Technometrics 4 (1962).
  constexpr void add(double x) {
    ++n_;
    const double from_old_mean = x - mean_;
    mean_ += from_old_mean / static_cast<double>(n_);
    m2_ += from_old_mean * (x - mean_);
  }

  // T. F. Chan, G. H. Golub, R. J. LeVeque: Algorithms for computing the sample variance, Am. Statistician 37 (1983).
  constexpr void merge(const Moments& other) {
    if (other.n_ == 0) return;
    if (n_ == 0) {
      *this = other;
      return;
    }
    const double n = static_cast<double>(n_);
    const double m = static_cast<double>(other.n_);
    const double gap = other.mean_ - mean_;
    mean_ += gap * (m / (n + m));
    m2_ += other.m2_ + gap * gap * (n * m / (n + m));
    n_ += other.n_;
  }

  constexpr std::int64_t n() const { return n_; }
  constexpr double mean() const { return mean_; }
  constexpr double m2() const { return m2_; }
  // Of the sample (n - 1); 0 where n < 2.
  constexpr double variance() const { return n_ < 2 ? 0 : m2_ / static_cast<double>(n_ - 1); }

  constexpr bool operator==(const Moments&) const = default;

 private:
  std::int64_t n_ = 0;
  double mean_ = 0;
  double m2_ = 0;
};

}  // namespace crossfade::stats
