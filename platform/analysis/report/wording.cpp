#include "platform/analysis/report/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace crossfade::analysis {

namespace {

constexpr int kMostDecimals = 9;
constexpr std::string_view kNoNumber = "n/a";  // what cannot be computed is no number to anybody
constexpr double kSmallestP = 1e-12;           // below it nobody is interested in the digits

// What rounds to 0 has no sign.
double without_negative_zero(double value, int decimals) {
  return std::abs(value) < 0.5 * std::pow(10.0, -decimals) ? 0.0 : value;
}

int decimals_for_digits(double value, int significant) {
  return std::clamp(significant - 1 - static_cast<int>(std::floor(std::log10(value))), 0, kMostDecimals);
}

}  // namespace

int decimals_for(double uncertainty, double value) {
  if (uncertainty > 0 && std::isfinite(uncertainty)) return decimals_for_digits(uncertainty, 2);
  return value == 0 || !std::isfinite(value) ? 0 : std::min(decimals_for_digits(std::abs(value), 6), 6);
}

std::string number(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(kNoNumber);
  return fmt::format("{:.{}f}", without_negative_zero(value, decimals), decimals);
}

std::string signed_number(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(kNoNumber);
  return fmt::format("{:+.{}f}", without_negative_zero(value, decimals), decimals);
}

std::string percent(double fraction, int decimals) {
  if (!std::isfinite(fraction)) return std::string(kNoNumber);
  return signed_number(100 * fraction, decimals) + " %";
}

std::string percent_interval(const Interval& fractions, int decimals) {
  return fmt::format("[{}, {}]", percent(fractions.lower, decimals), percent(fractions.upper, decimals));
}

int percent_decimals(const Interval& fractions) {
  return decimals_for(50 * (fractions.upper - fractions.lower), 100 * fractions.upper);
}

std::string plain_percent(double fraction, int decimals) {
  if (!std::isfinite(fraction)) return std::string(kNoNumber);
  return number(100 * fraction, decimals) + " %";
}

std::string share(double fraction) {
  if (!std::isfinite(fraction)) return std::string(kNoNumber);
  return fmt::format("{:.4g} %", 100 * fraction);
}

std::string p_value(double p) {
  if (!std::isfinite(p)) return std::string(kNoNumber);
  if (p < kSmallestP) return "< 1e-12";
  if (p < 1e-4) return fmt::format("{:.1e}", p);
  return fmt::format("{:.{}f}", p, p > 0.995 ? 2 : std::clamp(decimals_for_digits(p, 2), 2, 5));
}

std::string p_statement(double p) {
  return p < kSmallestP ? "p < 1e-12" : "p = " + p_value(p);
}

std::string p_statement(const Srm& srm) {
  const auto p = srm.deciding_p();
  if (!p) return "";
  return (srm.decided_always_valid ? "always-valid " : "chi-square ") + p_statement(*p);
}

std::string counted_as_text(std::int64_t n, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", n, n == 1 ? singular : plural);
}

std::string date(Timestamp time) {
  return to_string(time).substr(0, 10);
}

std::string origin_statement(const AfterLaunch& expected) {
  if (expected.by == ExpectedBy::shrinkage) {
    return fmt::format(
        "drawn to the lifts of {} ended experiments with this metric, truly {} on average with a spread of {}",
        expected.experiments, percent(expected.mean, 1), plain_percent(expected.spread, 1));
  }
  std::string prior = fmt::format("by the prior of lifts, {} with a spread of {}", percent(expected.mean, 1),
                                  plain_percent(expected.spread, 1));
  if (expected.prior_conflict) {
    prior += fmt::format(", which these data contradict ({}), so that it draws the lift too far",
                         p_statement(*expected.prior_conflict));
  }
  if (expected.experiments >= kEnoughEnded) {
    return fmt::format("{}, as those of {} ended experiments with this metric differ by no more than their errors",
                       prior, expected.experiments);
  }
  return fmt::format("{}, until {} experiments with this metric have ended ({} have)", prior, kEnoughEnded,
                     expected.experiments);
}

std::string statement(const AfterLaunch& expected) {
  const int decimals = percent_decimals(expected.interval);
  return fmt::format("{}: {} {} is to be expected, where {} was seen, {}.", expected.variant,
                     percent(expected.lift, decimals), percent_interval(expected.interval, decimals),
                     percent(expected.seen, decimals), origin_statement(expected));
}

std::string size_statement(const PlanProgress& progress) {
  if (!progress.size || !progress.planned_units) return "";
  const PlanSize& size = *progress.size;
  const std::string from = counted(size.from_units, "unit", "units");
  std::string text =
      size.fixed
          ? fmt::format("Planned {:.0f} units, fixed on {} from {}.", *progress.planned_units, date(*size.fixed), from)
          : fmt::format("Planned {:.0f} units by the first {}; not fixed yet.", *progress.planned_units, from);
  if (size.before) text += fmt::format(" The plan was changed: before, {:.0f} were planned.", *size.before);
  return text;
}

}  // namespace crossfade::analysis
