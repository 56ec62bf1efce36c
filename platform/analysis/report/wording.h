#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/analysis/report/report.h"

// Numbers as people read them: with no more digits than their uncertainty leaves meaningful. Independent of the locale.
namespace crossfade::analysis {

// Digits behind the point that keep two significant digits of `uncertainty` (0 .. 9). Where it is 0: enough for six
// significant digits of `value`.
int decimals_for(double uncertainty, double value);

// "3.801"; never "-0.000".
std::string number(double value, int decimals);
// "+0.162"
std::string signed_number(double value, int decimals);
// "+4.3 %" of 0.043; `decimals` of the percentage.
std::string percent(double fraction, int decimals);
// "[+0.9 %, +7.7 %]"
std::string percent_interval(const Interval& fractions, int decimals);
// Decimals of the percentages of a lift with this interval.
int percent_decimals(const Interval& fractions);
// "54.1 %" without a sign: for "raises it by 54.1 %", and for shares and margins (no trailing zeros).
std::string plain_percent(double fraction, int decimals);
std::string share(double fraction);

// "0.031", "3.2e-05", "< 1e-12"
std::string p_value(double p);
// "p = 0.031", "p < 1e-12"
std::string p_statement(double p);
// Of the test that decides: "always-valid p = 0.031", "chi-square p < 1e-12"; "" where nothing was tested.
std::string p_statement(const Srm& srm);

// "1 unit", "2 units"
std::string counted_as_text(std::int64_t n, std::string_view singular, std::string_view plural);
std::string counted(std::integral auto n, std::string_view singular, std::string_view plural) {
  return counted_as_text(static_cast<std::int64_t>(n), singular, plural);
}

// "2026-01-05"
std::string date(Timestamp time);

// "by the prior of lifts, +0.0 % with a spread of 5.0 %, until 10 experiments with this metric have ended (3 have)"
std::string origin_statement(const AfterLaunch& expected);
// "top_pop: +2.1 % [+0.4 %, +3.8 %] is to be expected, where +3.2 % was seen, by the prior of lifts, ..."
std::string statement(const AfterLaunch& expected);

// "Planned 786 units, fixed on 2026-01-08 from 400 units."; "" where they do not follow from an effect.
std::string size_statement(const PlanProgress& progress);

}  // namespace crossfade::analysis
