#include "platform/stats/means/permutation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "platform/stats/means/contrast.h"
#include "platform/stats/numerics/all_finite.h"
#include "platform/stats/numerics/split_mix64.h"

namespace crossfade::stats {

namespace {

// Statistics closer than this, as a share, are ties.
constexpr double kTied = 1e-9;

struct CardSums {
  double n = 0;
  double sum = 0;
  double squares = 0;

  double variance_of_mean() const { return std::max(0.0, squares - sum * sum / n) / (n - 1) / n; }
};

// All values, as distances from their common mean in units of the largest: sums of squares then neither lose digits to
// an offset nor overflow.
class Deck {
 public:
  Deck(std::span<const double> control, std::span<const double> treatment) {
    Moments all;
    for (const double value : control) all.add(value);
    for (const double value : treatment) all.add(value);
    double largest = 0;
    for (const auto& values : {control, treatment}) {
      for (const double value : values) {
        cards_.push_back(value - all.mean());
        largest = std::max(largest, std::abs(cards_.back()));
      }
    }
    for (double& card : cards_) card /= largest;
    all_ = sums(cards_.size());
  }

  // Of the first `n` cards; of those behind them.
  CardSums first(std::size_t n) const { return sums(n); }
  CardSums rest(const CardSums& dealt) const {
    return {.n = all_.n - dealt.n, .sum = all_.sum - dealt.sum, .squares = all_.squares - dealt.squares};
  }

  // Brings a random set of `n` cards to the front, whatever the order before.
  void deal(std::size_t n, SplitMix64& random) {
    for (std::size_t i = 0; i < n; ++i) std::swap(cards_[i], cards_[i + random.below(cards_.size() - i)]);
  }

 private:
  CardSums sums(std::size_t n) const {
    CardSums result{.n = static_cast<double>(n)};
    for (std::size_t i = 0; i < n; ++i) {
      result.sum += cards_[i];
      result.squares += cards_[i] * cards_[i];
    }
    return result;
  }

  std::vector<double> cards_;
  CardSums all_;
};

// Mean of the first - mean of the second, studentised. Two sets without variance are infinitely far apart, unless they
// are the same.
double studentised(const CardSums& first, const CardSums& second) {
  const double gap = first.sum / first.n - second.sum / second.n;
  return gap == 0 ? 0 : gap / std::sqrt(first.variance_of_mean() + second.variance_of_mean());
}

}  // namespace

Result<Permutation> permutation(std::span<const double> control, std::span<const double> treatment,
                                const PermutationOptions& options) {
  if (!all_finite(control) || !all_finite(treatment) || options.replicates < 1) return Undefined::invalid_input;
  if (control.size() + treatment.size() > std::numeric_limits<std::uint32_t>::max()) return Undefined::invalid_input;
  const auto moments_of = [](std::span<const double> values) {
    Moments moments;
    for (const double value : values) moments.add(value);
    return moments;
  };
  const Result<Contrast> difference = contrast(moments_of(control), moments_of(treatment));
  if (!difference) return difference.reason();

  // The smaller variant is dealt, the other one has what is left.
  const bool treatment_first = treatment.size() <= control.size();
  const auto& dealt = treatment_first ? treatment : control;
  Deck deck(dealt, treatment_first ? control : treatment);
  const double sign = treatment_first ? 1 : -1;
  const auto statistic = [&] {
    const CardSums first = deck.first(dealt.size());
    const double t = sign * studentised(first, deck.rest(first));
    if (options.alternative == Alternative::two_sided) return std::abs(t);
    return options.alternative == Alternative::greater ? t : -t;
  };
  // What differs from the data's by rounding alone is as far out as they are.
  const double observed = statistic();
  const double reached = observed - kTied * std::abs(observed);
  SplitMix64 random(options.seed);
  std::int64_t as_far = 0;
  for (int i = 0; i < options.replicates; ++i) {
    deck.deal(dealt.size(), random);
    if (statistic() >= reached) ++as_far;
  }
  return Permutation{.estimate = difference->estimate,
                     .statistic = difference->estimate / difference->standard_error,
                     .p_value = static_cast<double>(1 + as_far) / (1.0 + options.replicates)};
}

}  // namespace crossfade::stats
