#include "platform/core/time.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

using crossfade::parse_timestamp;
using crossfade::Timestamp;

namespace {

std::optional<std::string> reprinted(std::string_view text) {
  const auto time = parse_timestamp(text);
  return time ? std::optional(to_string(*time)) : std::nullopt;
}

}  // namespace

TEST_CASE("time: prints UTC with milliseconds", "[core]") {
  CHECK(to_string(Timestamp{0}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_string(Timestamp{1'767'571'200'123}) == "2026-01-05T00:00:00.123Z");
  CHECK(to_string(Timestamp{-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_string(Timestamp{951'782'400'000}) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("time: reads dates and times of day, with and without a zone", "[core]") {
  CHECK(reprinted("2026-01-05") == "2026-01-05T00:00:00.000Z");
  CHECK(reprinted("2026-01-05T10:00") == "2026-01-05T10:00:00.000Z");
  CHECK(reprinted("2026-01-05 10:00:07") == "2026-01-05T10:00:07.000Z");
  CHECK(reprinted("2026-01-05T10:00:07Z") == "2026-01-05T10:00:07.000Z");
  CHECK(reprinted("2026-01-05T10:00:07.5Z") == "2026-01-05T10:00:07.500Z");
  CHECK(reprinted("2026-01-05T10:00:07.123456Z") == "2026-01-05T10:00:07.123Z");
  CHECK(reprinted("2026-01-05T01:00+02:00") == "2026-01-04T23:00:00.000Z");
  CHECK(reprinted("2026-01-05T23:00-0530") == "2026-01-06T04:30:00.000Z");
}

TEST_CASE("time: what it prints it reads", "[core]") {
  for (const std::int64_t ms : {0LL, 1LL, -62'135'596'800'000LL, 1'767'571'200'123LL, 253'402'300'799'999LL}) {
    CHECK(parse_timestamp(to_string(Timestamp{ms})) == Timestamp{ms});
  }
}

TEST_CASE("time: refuses what is no time", "[core]") {
  const auto text = GENERATE(as<std::string>{}, "", "2026", "2026-01", "2026-1-5", "2026-02-29", "2026-13-01",
                             "2026-00-10", "2026-01-05T", "2026-01-05T1:00", "2026-01-05T24:00", "2026-01-05T10:60",
                             "2026-01-05T10:00:60", "2026-01-05T10:00:", "2026-01-05T10:00:00.", "2026-01-05T10:00x",
                             "2026-01-05T10:00Zx", "2026-01-05T10:00+2", "2026-01-05T10:00+24:00",
                             "2026-01-05T10:00+02:60", " 2026-01-05", "2026-01-05 ", "+026-01-05", "20260105");
  CAPTURE(text);
  CHECK_FALSE(parse_timestamp(text).has_value());
}

TEST_CASE("time: days begin at midnight, before 1970 too", "[core]") {
  using crossfade::kMsPerDay;
  using crossfade::utc_day;
  CHECK(utc_day(*parse_timestamp("1970-01-02")) == 1);
  CHECK(utc_day(Timestamp{kMsPerDay - 1}) == 0);
  CHECK(utc_day(Timestamp{-1}) == -1);
  CHECK(utc_day(Timestamp{-kMsPerDay}) == -1);
  CHECK(utc_day(Timestamp{-kMsPerDay - 1}) == -2);
}

TEST_CASE("time: the clock of the system runs and is in this century", "[core]") {
  const crossfade::SystemClock clock;
  const Timestamp now = clock.now();
  CHECK(now > *parse_timestamp("2020-01-01"));
  CHECK(now < *parse_timestamp("2100-01-01"));
  CHECK(clock.now() >= now);
}

TEST_CASE("time: what cannot be one of an event is said, with the likely slip", "[core]") {
  using namespace crossfade;
  CHECK(is_plausible({1'700'000'000'000}));
  CHECK(implausible({1'700'000'000'000'000}) ==
        "is in the year 55840: microseconds? want a time between 1990 and 2100");
  CHECK(implausible({1'700'000'000}) == "is in the year 1970: seconds? want a time between 1990 and 2100");
  CHECK(implausible({0}) == "is in the year 1970, want a time between 1990 and 2100");
  CHECK(implausible({1'700'000'000'000'000'000}) ==
        "is in the year 53872825: nanoseconds? want a time between 1990 and 2100");
}

TEST_CASE("time: arithmetic stays in its range", "[core]") {
  using namespace crossfade;
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(saturated_sum(most, 1) == most);
  CHECK(saturated_sum(least, -1) == least);
  CHECK(saturated_difference(least, 1) == least);
  CHECK(saturated_difference(1, least) == most);
  CHECK(saturated_difference(5, 7) == -2);
  CHECK(utc_day({least}) == -106751991168);
  CHECK(utc_day({-1}) == -1);
}
