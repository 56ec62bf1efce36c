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

// "1 unit", "2 units"
std::string counted_as_text(std::int64_t n, std::string_view singular, std::string_view plural);
std::string counted(std::integral auto n, std::string_view singular, std::string_view plural) {
  return counted_as_text(static_cast<std::int64_t>(n), singular, plural);
}

// "2026-01-05"
std::string date(Timestamp time);

}  // namespace crossfade::analysis
