#include "platform/calibration/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/analysis/report/wording.h"

namespace crossfade::calibration {

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

// Whether it happens more often than in alpha of the splits.
bool too_often(const Rate& rate, double alpha) {
  return deviation(rate, alpha) > kBand;
}

std::string percent_of(const Rate& rate) {
  return analysis::plain_percent(rate.share(), 1);
}

bool holds(const GuardrailReplay& guardrail, double alpha) {
  return !too_often(guardrail.harmed, alpha) && !too_often(guardrail.passed_at_margin, alpha) &&
         !too_often(guardrail.harmed_at_margin, alpha);
}

std::string sentence_of(const GuardrailReplay& guardrail, double alpha) {
  std::string sentence =
      fmt::format(" As a guardrail it is harmed in {} of splits without a loss", percent_of(guardrail.harmed));
  if (guardrail.passed_at_margin.of > 0) {
    sentence += fmt::format("; with a loss of its margin, {}, it passes in {} and is harmed in {}",
                            analysis::share(guardrail.margin), percent_of(guardrail.passed_at_margin),
                            percent_of(guardrail.harmed_at_margin));
  }
  return sentence + (holds(guardrail, alpha) ? "." : ": do not let it guard.");
}

void judge_single_look(MetricCalibration& metric, const Calibration& calibration) {
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
        "Do not trust its single look at this size: it errs more often than the {} that it says ({} of splits without "
        "an effect are called significant, {} of intervals miss).",
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

void judge_replay(MetricCalibration& metric, const Calibration& calibration) {
  const Replay& replay = *metric.replay;
  const double alpha = calibration.deciding_alpha;
  if (replay.better.of == 0) {
    metric.replay_sentence = fmt::format("Nothing is decided on it before there are {} in the smaller variant.",
                                         analysis::counted(*replay.units_needed, "unit", "units"));
    return;
  }
  const bool holds_always = !too_often(replay.better, alpha) && !too_often(replay.worse, alpha);
  const bool holds_group = !too_often(replay.crossed, alpha);
  const bool holds_guard = !replay.guardrail || holds(*replay.guardrail, alpha);
  const bool holds_decision = holds_always && (holds_group || !calibration.group_sequential);
  metric.replay_trust = holds_decision && holds_guard ? Trust::yes : Trust::no;
  metric.replay_sentence = fmt::format("Looked at {}, {} of splits without an effect are called better and {} worse{}",
                                       analysis::counted(calibration.looks, "time", "times"), percent_of(replay.better),
                                       percent_of(replay.worse), holds_always ? "" : ": do not let it decide");
  metric.replay_sentence += fmt::format("; {} cross a group sequential boundary{}.", percent_of(replay.crossed),
                                        holds_group ? "" : ": do not plan one");
  if (holds_always && (!holds_group || metric.trust == Trust::no)) {
    metric.replay_sentence += " Plan always_valid.";
  }
  if (replay.guardrail) metric.replay_sentence += sentence_of(*replay.guardrail, alpha);
}

}  // namespace

void judge(MetricCalibration& metric, const Calibration& calibration) {
  judge_single_look(metric, calibration);
  if (metric.replay) judge_replay(metric, calibration);
}

}  // namespace crossfade::calibration
