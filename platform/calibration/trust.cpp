#include "platform/calibration/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/analysis/report/wording.h"

namespace crossfade::calibration {

namespace {

// In standard errors of the rate that is right.
double deviation(const Rate& measured, double right) {
  return measured.of == 0 ? 0 : (measured.share() - right) / measured.standard_error(right);
}

// Above 0: errs more often than it says, in the worst of the rates; in standard errors.
struct Errors {
  double most = 0;
  double least = 0;

  void add(double deviation) {
    most = std::max(most, deviation);
    least = std::min(least, deviation);
  }
};

Errors errors_of(const MetricCalibration& metric, double alpha) {
  Errors errors;
  errors.add(deviation(metric.false_positives, alpha));
  errors.add(-deviation(metric.coverage, 1 - alpha));
  for (const LiftCoverage& injected : metric.injected) errors.add(-deviation(injected.covered, 1 - alpha));
  if (metric.cuped_false_positives) errors.add(deviation(*metric.cuped_false_positives, alpha));
  return errors;
}

// Units in the smaller variant from which the mean of a skewed metric is normal enough: 355 s^2, R. Kohavi, A. Deng,
// R. Longbotham, Y. Xu: Seven rules of thumb for web site experimenters, KDD 2014, rule 7.
std::string advice(const MetricCalibration& metric, const Calibration& calibration) {
  if (!metric.skewness) return " Collect more units, or choose another metric.";
  const double wanted = std::ceil(355 * *metric.skewness * *metric.skewness);
  const double smaller =
      static_cast<double>(metric.units) * std::min(calibration.control_share, calibration.treatment_share);
  if (wanted <= smaller) return " Look for one person under several unit ids, and for values that are errors.";
  return fmt::format(
      " Its values are skewed ({:.1f}): that takes about {:.0f} units in the smaller variant, there are {:.0f}. "
      "Winsorise it, or collect more.",
      *metric.skewness, wanted, smaller);
}

}  // namespace

std::string_view to_string(Trust trust) {
  switch (trust) {
    case Trust::yes:
      return "yes";
    case Trust::careful:
      return "careful";
    case Trust::no:
      return "no";
    case Trust::untested:
      return "untested";
  }
  return "untested";
}

void judge(MetricCalibration& metric, const Calibration& calibration) {
  const std::string promised = analysis::share(calibration.alpha);
  if (metric.false_positives.of == 0) {
    metric.trust = Trust::untested;
    metric.sentence = "Nothing could be tested: nobody has a value, or all have the same.";
    return;
  }
  const std::string measured = analysis::plain_percent(metric.false_positives.share(), 1);
  const Errors errors = errors_of(metric, calibration.alpha);
  if (errors.most > kBand) {
    metric.trust = Trust::no;
    metric.sentence = fmt::format(
        "Do not trust it at this size: it errs more often than the {} that it says ({} of splits without an effect are "
        "called significant, {} of intervals miss).",
        promised, measured, analysis::plain_percent(1 - metric.coverage.share(), 1));
    metric.sentence += advice(metric, calibration);
  } else if (errors.least < -kBand) {
    metric.trust = Trust::careful;
    metric.sentence = fmt::format(
        "It can be trusted, but it is too careful: {} of splits without an effect are called significant, where {} "
        "could be; real effects are found later than they could be.",
        measured, promised);
  } else {
    metric.trust = Trust::yes;
    metric.sentence =
        fmt::format("It can be trusted: {} of splits without an effect are called significant, as many as {} should.",
                    measured, promised);
  }
}

}  // namespace crossfade::calibration
