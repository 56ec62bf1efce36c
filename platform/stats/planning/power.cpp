#include "platform/stats/planning/power.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "platform/stats/means/contrast.h"
#include "platform/stats/numerics/distributions.h"
#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

namespace {

constexpr double kMostUnits = 1e15;

bool is_design(const Design& design) {
  return design.sd >= 0 && std::isfinite(design.sd) && design.ratio > 0 && std::isfinite(design.ratio) &&
         valid_alpha(design.test.alpha);
}

std::optional<Undefined> fault(const Design& design, double target_power) {
  if (!is_design(design) || !valid_alpha(target_power)) return Undefined::invalid_input;
  if (design.sd == 0) return Undefined::zero_variance;
  // At an effect of 0 the test rejects with alpha already.
  if (target_power <= design.test.alpha) return Undefined::not_attainable;
  return std::nullopt;
}

// sd / standard error.
double precision(const Design& design, double n_control) {
  return std::sqrt(n_control / (1 + 1 / design.ratio));
}

double dof(const Design& design, double n_control) {
  return n_control * (1 + design.ratio) - 2;
}

// A test by its critical value, to be asked for its power at an effect of so many standard errors.
class Test {
 public:
  Test(const Design& design, double n_control)
      : student_(design.model == PowerModel::t), alternative_(design.test.alternative) {
    const bool two_sided = alternative_ == Alternative::two_sided;
    if (student_) dof_ = dof(design, n_control);
    critical_ = student_ ? critical_t(dof_, design.test)
                         : normal_upper_quantile(two_sided ? design.test.alpha / 2 : design.test.alpha);
  }

  double power(double shift) const {
    switch (alternative_) {
      case Alternative::greater:
        return tail(shift);
      case Alternative::less:
        return tail(-shift);
      case Alternative::two_sided:
        break;
    }
    return std::min(1.0, tail(shift) + tail(-shift));
  }

 private:
  double tail(double shift) const {
    return student_ ? noncentral_t_upper_tail(critical_, dof_, shift) : normal_upper_tail(critical_ - shift);
  }

  bool student_;
  Alternative alternative_;
  double dof_ = 0;
  double critical_ = 0;
};

// The shift towards the tested side that reaches the power.
std::optional<double> shift_for(const Test& test, Alternative alternative, double target_power) {
  const double side = alternative == Alternative::less ? -1 : 1;
  return growing_root([&](double shift) { return test.power(side * shift) - target_power; }, 0, 1, kMostUnits);
}

bool enough(const Design& design, double n_control) {
  return n_control > 0 && (design.model == PowerModel::z || dof(design, n_control) >= 1);
}

}  // namespace

Result<double> power(const Design& design, double n_control, double effect) {
  if (!is_design(design) || !(n_control >= 0) || !std::isfinite(n_control) || !std::isfinite(effect)) {
    return Undefined::invalid_input;
  }
  if (!enough(design, n_control)) return Undefined::insufficient_data;
  if (design.sd == 0) return Undefined::zero_variance;
  const double shift = effect / design.sd * precision(design, n_control);
  if (std::isnan(shift)) return Undefined::invalid_input;
  constexpr double kLargest = 1e300;  // a shift may overflow
  return Test(design, n_control).power(std::clamp(shift, -kLargest, kLargest));
}

Result<SampleSize> sample_size(const Design& design, double effect, double target_power) {
  if (!std::isfinite(effect)) return Undefined::invalid_input;
  if (const auto reason = fault(design, target_power)) return *reason;
  const Alternative side = design.test.alternative;
  if (effect == 0 || (side == Alternative::greater && effect < 0) || (side == Alternative::less && effect > 0)) {
    return Undefined::not_attainable;
  }
  // With z the critical value does not depend on n, and neither does the shift: n follows from it.
  const Design known{.model = PowerModel::z, .sd = design.sd, .ratio = design.ratio, .test = design.test};
  const std::optional<double> shift = shift_for(Test(known, 1), side, target_power);
  if (!shift) return Undefined::not_attainable;
  const double root_n = *shift * (design.sd / std::abs(effect));
  double n_control = root_n * root_n * (1 + 1 / design.ratio);
  if (!(n_control < kMostUnits)) return Undefined::not_attainable;
  if (design.model == PowerModel::t) {
    const double fewest = 3 / (1 + design.ratio);
    const auto lacking = [&](double n) { return *power(design, std::max(n, fewest), effect) - target_power; };
    const std::optional<double> root =
        lacking(fewest) >= 0 ? fewest : growing_root(lacking, fewest, std::max(n_control, fewest), kMostUnits);
    if (!root) return Undefined::not_attainable;
    n_control = *root;
  }
  return SampleSize{.n_control = n_control,
                    .n_control_ceil = std::max(1.0, std::ceil(n_control)),
                    .n_treatment_ceil = std::max(1.0, std::ceil(n_control * design.ratio))};
}

Result<double> mde(const Design& design, double n_control, double target_power) {
  if (!(n_control >= 0) || !std::isfinite(n_control)) return Undefined::invalid_input;
  if (const auto reason = fault(design, target_power)) return *reason;
  if (!enough(design, n_control)) return Undefined::insufficient_data;
  const Alternative alternative = design.test.alternative;
  const std::optional<double> shift = shift_for(Test(design, n_control), alternative, target_power);
  if (!shift) return Undefined::not_attainable;
  const double effect = *shift * (design.sd / precision(design, n_control));
  if (!std::isfinite(effect)) return Undefined::invalid_input;
  return alternative == Alternative::less ? -effect : effect;
}

}  // namespace crossfade::stats
