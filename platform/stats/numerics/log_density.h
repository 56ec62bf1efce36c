#pragma once

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <optional>
#include <vector>

#include "platform/stats/numerics/root.h"

namespace crossfade::stats {

// Integrals of exp(log_density(x)) for a density that is smooth at `scale(x)`, may be too small or too large for a
// double, and has a single peak on either side of `valley`, or one alone where that is infinite: what is integrated is
// its share of the higher peak. Both are functions of a double; log_density may be -infinity. Panels end where the
// density is exp(-depth) of that peak.
template <class LogDensity, class Scale>
class DensityIntegral {
 public:
  // The peaks are sought from `starts`, uphill. 0 is the end of a panel. `depth`: of tails that are integrated by
  // themselves that of the smallest double with all its digits; for the whole 45 are as good, and a quarter of the
  // work.
  DensityIntegral(LogDensity log_density, Scale scale, double valley, std::initializer_list<double> starts,
                  double depth = 690)
      : log_density_(log_density), scale_(scale), valley_(valley), depth_(depth) {
    std::array<std::optional<double>, 2> peaks;
    for (const double side : {-1.0, 1.0}) {
      std::optional<double>& peak = peaks[side < 0 ? 0 : 1];
      for (const double start : starts) climb_from(start, side, peak);
      if (std::isfinite(valley)) climb_from(valley + side * scale_(valley), side, peak);
      if (!peak || !(log_density_(*peak) > log_peak_)) continue;
      peak_ = *peak;
      log_peak_ = log_density_(peak_);
    }
    if (!std::isfinite(log_peak_)) return;
    for (const std::optional<double>& peak : peaks) {
      if (!peak) continue;
      walk(*peak, -1);
      walk(*peak, 1);
    }
    std::ranges::sort(panels_, {}, &Panel::from);
  }

  bool found() const { return !panels_.empty(); }
  // The higher one.
  double peak() const { return peak_; }
  double log_peak() const { return log_peak_; }

  // The integral of factor(x) exp(log_density(x) - log_peak()) over the panels between `from` and `to`.
  template <class Factor>
  double integral(const Factor& factor, double from, double to) const {
    double sum = 0;
    for (const Panel& panel : panels_) sum += part(factor, std::max(panel.from, from), std::min(panel.to, to));
    return sum;
  }

  // Below which the integral of the density is `mass`, more than 0 and less than all of it.
  double quantile(double mass) const {
    const auto one = [](double) { return 1.0; };
    double below = 0;
    for (const Panel& panel : panels_) {
      const double within = part(one, panel.from, panel.to);
      if (below + within >= mass) {
        const auto lacking = [&](double x) { return below + part(one, panel.from, x) - mass; };
        return growing_root(lacking, panel.from, panel.to - panel.from, panel.to).value_or(panel.to);
      }
      below += within;
    }
    return panels_.back().to;
  }

 private:
  struct Panel {
    double from = 0;
    double to = 0;
  };
  static constexpr double kSteepest = 8;  // change of the logarithm that fifteen points integrate to the last digit

  bool on(double side, double x) const { return side < 0 ? x < valley_ : x > valley_; }

  // To the peak on that side of the valley, if it is higher than the one that is known.
  void climb_from(double x, double side, std::optional<double>& peak) const {
    if (!std::isfinite(x) || !on(side, x)) return;
    double value = log_density_(x);
    double step = scale_(x);
    const double smallest = step * 1e-6;
    while (step > smallest) {
      double best = x;
      for (const double next : {x - step, x + step}) {
        const double there = on(side, next) ? log_density_(next) : value;
        if (!(there > value)) continue;
        value = there;
        best = next;
      }
      step = best == x ? step / 2 : step * 1.5;
      x = best;
    }
    if (!peak || value > log_density_(*peak)) peak = x;
  }

  // The panels from a peak to one side, as far as the valley.
  void walk(double x, double side) {
    double here = log_density_(x);
    while (here > log_peak_ - depth_ && x != valley_) {
      double step = scale_(x) / 2;
      double next = 0;
      double there = 0;
      for (;;) {
        next = x + side * step;
        for (const double end : {0.0, valley_}) {
          if ((x < end && next > end) || (x > end && next < end)) next = end;
        }
        there = log_density_(next);
        if (std::abs(there - here) <= kSteepest) break;
        step = std::abs(next - x) / 2;
        // Half the last digit may be rounded up to it again.
        const double nearer = x + side * step;
        if (nearer == x || nearer == next) return;
      }
      if (next == x) return;  // the scale is less than a double tells apart
      panels_.push_back({std::min(x, next), std::max(x, next)});
      x = next;
      here = there;
    }
  }

  template <class Factor>
  double part(const Factor& factor, double from, double to) const {
    if (!(from < to)) return 0;
    const auto value = [&](double x) { return factor(x) * std::exp(log_density_(x) - log_peak_); };
    return boost::math::quadrature::gauss<double, 15>::integrate(value, from, to);
  }

  LogDensity log_density_;
  Scale scale_;
  double valley_;
  double depth_;
  double peak_ = 0;
  double log_peak_ = -std::numeric_limits<double>::infinity();
  std::vector<Panel> panels_;
};

}  // namespace crossfade::stats
