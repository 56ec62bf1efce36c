#include "platform/stats/counts/score_intervals.h"

#include <algorithm>
#include <cmath>

#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/normal_test.h"

namespace crossfade::stats {

namespace {

struct Sample {
  explicit Sample(const Trials& trials)
      : n(static_cast<double>(trials.n)),
        successes(static_cast<double>(trials.successes)),
        failures(static_cast<double>(trials.n - trials.successes)) {}
  Sample(double units, double with, double without) : n(units), successes(with), failures(without) {}

  Sample turned() const { return {n, failures, successes}; }

  double n;
  double successes;
  double failures;
};

// Square of (estimate - effect) / its error, where the most likely shares under that effect have the variances.
double squared_z(double gap, double variance) {
  if (gap == 0) return 0;
  return variance > 0 ? gap * gap / variance : kInfinity;
}

// Of share of `high` = ratio x share of `low`, ratio >= 1. The most likely shares are a root of a quadratic, whose
// discriminant is a sum of terms that are not negative; they and their complements keep their digits near 0 and 1.
double squared_z_of_ratio(const Sample& low, const Sample& high, double ratio) {
  const double successes = low.successes + high.successes;
  const double a = high.n + low.successes;
  const double b = low.n + high.successes;
  const double root = std::sqrt((ratio * a - b) * (ratio * a - b) + 4 * ratio * high.failures * low.failures);
  const double sum = ratio * a + b + root;
  const double low_share = 2 * successes / sum;
  const double low_rest = (root + (ratio - 1) * a + high.failures + low.failures) / sum;
  const double n = low.n + high.n;
  const double lean = 2 * n - ratio * a - b;
  const double high_rest = lean >= 0 ? (lean + root) / (2 * n) : 2 * high.failures * (ratio - 1) / (root - lean);
  const double gap = (high.successes * low.n - ratio * low.successes * high.n) / high.n / low.n;
  return squared_z(gap, ratio * low_share * high_rest / high.n + ratio * ratio * low_share * low_rest / low.n);
}

double squared_z_of_ratio_any(const Sample& from, const Sample& to, double ratio) {
  return ratio >= 1 ? squared_z_of_ratio(from, to, ratio) : squared_z_of_ratio(to, from, 1 / ratio);
}

// Derivative of the log likelihood of shares p and p + gap, gap > 0, 0 <= p < 1 - gap. It falls.
double slope(const Sample& low, const Sample& high, double gap, double p) {
  const auto part = [](double count, double share) { return count == 0 ? 0 : count / share; };
  return part(low.successes, p) - part(low.failures, 1 - p) + part(high.successes, p + gap) -
         part(high.failures, 1 - p - gap);
}

// Halves the distance between two arguments down to neighbouring doubles: the last one for which `holds` is still true,
// which it is of `inside` and not of `outside`.
template <class Predicate>
double last_inside(double inside, double outside, const Predicate& holds) {
  for (;;) {
    const double middle = inside + (outside - inside) / 2;
    if (middle == inside || middle == outside) return inside;
    (holds(middle) ? inside : outside) = middle;
  }
}

// Of share of `high` = share of `low` + gap, 0 < gap < 1.
double squared_z_of_gap(const Sample& low, const Sample& high, double gap) {
  // Shares near 1 are told by what is missing: the other way round the digits are lost.
  if (low.successes + high.successes > low.failures + high.failures)
    return squared_z_of_gap(high.turned(), low.turned(), gap);
  const auto more_likely_above = [&](double p) { return slope(low, high, gap, p) > 0; };
  const bool at_zero = low.successes == 0 && !more_likely_above(0);
  const double p = at_zero ? 0 : last_inside(0, 1 - gap, more_likely_above);
  const double q = p + gap;
  const double distance = (high.successes * low.n - low.successes * high.n) / high.n / low.n - gap;
  return squared_z(distance, p * (1 - p) / low.n + q * (1 - q) / high.n);
}

double squared_z_of_difference(const Sample& from, const Sample& to, double difference) {
  return difference >= 0 ? squared_z_of_gap(from, to, difference) : squared_z_of_gap(to, from, -difference);
}

// What the pooled test says of no effect decides on which side of it a limit is searched: rounding cannot put it on the
// other one.
struct Question {
  bool rejected = false;  // no effect is excluded
  double z = 0;           // critical value

  bool keeps(double squared) const { return squared <= z * z; }
};

// The largest ratio of `to` to `from` that is not excluded.
double largest_ratio(const Sample& from, const Sample& to, const Question& question) {
  if (from.successes == 0) return kInfinity;
  const double estimate = to.successes * from.n / (from.successes * to.n);
  const auto kept = [&](double ratio) { return question.keeps(squared_z_of_ratio_any(from, to, ratio)); };
  if (question.rejected && estimate < 1) return last_inside(estimate, 1.0, kept);
  const double inside = std::max(1.0, estimate);
  double outside = 2 * inside;
  while (kept(outside)) outside *= 2;
  return last_inside(inside, outside, kept);
}

// The largest difference `to` - `from` that is not excluded.
double largest_difference(const Sample& from, const Sample& to, const Question& question) {
  const double estimate = (to.successes * from.n - from.successes * to.n) / from.n / to.n;
  const auto kept = [&](double difference) { return question.keeps(squared_z_of_difference(from, to, difference)); };
  if (question.rejected && estimate < 0) return last_inside(estimate, 0.0, kept);
  return last_inside(std::max(0.0, estimate), 1.0, kept);
}

Question question_of(const Trials& control, const Trials& treatment, const TestOptions& options) {
  const auto z = pooled_z(control, treatment);
  const bool two_sided = options.alternative == Alternative::two_sided;
  return {.rejected = z && normal_p_value(*z, options.alternative) < options.alpha,
          .z = normal_upper_quantile(two_sided ? options.alpha / 2 : options.alpha)};
}

}  // namespace

Bounds score_ratio(const Trials& control, const Trials& treatment, const TestOptions& options) {
  const Question question = question_of(control, treatment, options);
  const Sample c(control);
  const Sample t(treatment);
  return one_side({1 / largest_ratio(t, c, question), largest_ratio(c, t, question)}, options.alternative);
}

Bounds score_difference(const Trials& control, const Trials& treatment, const TestOptions& options) {
  const Question question = question_of(control, treatment, options);
  const Sample c(control);
  const Sample t(treatment);
  return one_side({-largest_difference(t, c, question), largest_difference(c, t, question)}, options.alternative);
}

}  // namespace crossfade::stats
