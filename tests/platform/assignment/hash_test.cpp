#include "platform/assignment/hash.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>

using crossfade::assignment::bucket_of;
using crossfade::assignment::bucket_of_v1;
using crossfade::assignment::Fnv1a32;
using crossfade::assignment::murmur3_32;

namespace {

std::uint32_t fnv(std::string_view text) {
  return Fnv1a32{}.add(text).value();
}

std::uint32_t bucket(std::string_view seed, std::string_view unit) {
  return bucket_of(Fnv1a32{}.add(seed), unit);
}

// How many of the units 0 .. 9999 have hash mod variants = 0, 1, ...
template <std::size_t Variants>
std::array<int, Variants> murmur3_split(std::string_view experiment) {
  std::array<int, Variants> counts{};
  const std::uint32_t seed = murmur3_32(experiment, 0);
  for (int unit = 0; unit < 10'000; ++unit) ++counts[murmur3_32(std::to_string(unit), seed) % Variants];
  return counts;
}

}  // namespace

// Landon Curt Noll's test suite of FNV-1a 32 (test_fnv.c, public domain).
TEST_CASE("fnv1a: matches the published vectors for ASCII", "[assignment]") {
  CHECK(fnv("") == 0x811c9dc5U);
  CHECK(fnv("a") == 0xe40c292cU);
  CHECK(fnv("foob") == 0x3f5076efU);
  CHECK(fnv("foobar") == 0xbf9cf968U);
}

// growthbook/growthbook, packages/sdk-js/test/cases.json (specVersion 0.5.4), "hash", those of version 2.
TEST_CASE("fnv1a-v2: matches GrowthBook's published vectors", "[assignment]") {
  CHECK(bucket("seed", "a") == 505);
  CHECK(bucket("seed", "b") == 2696);
  CHECK(bucket("foo", "ab") == 2575);
  CHECK(bucket("foo", "def") == 2019);
  CHECK(bucket("89123klj", "8952klfjas09ujkasdf") == 1240);
  CHECK(bucket("90850943850283058242805", "123") == 7516);
  CHECK(bucket("()**(%$##$%#$#", "___)((*\":&") == 128);
}

// The same, those of version 1.
TEST_CASE("fnv1a-v1: matches GrowthBook's published vectors", "[assignment]") {
  CHECK(bucket_of_v1("", "a") == 2200);
  CHECK(bucket_of_v1("", "b") == 770);
  CHECK(bucket_of_v1("b", "a") == 9460);
  CHECK(bucket_of_v1("ef", "d") == 6520);
  CHECK(bucket_of_v1("asdf", "8952klfjas09ujk") == 5490);
  CHECK(bucket_of_v1("", "123") == 110);
  CHECK(bucket_of_v1("", "___)((*\":&") == 5630);
}

// Computed with charCodeAt under Node 18.20, with the functions of GrowthBook's util.ts.
TEST_CASE("fnv1a-v2: units beyond ASCII hash as UTF-16, surrogate pairs as two code units", "[assignment]") {
  CHECK(bucket("seed", "\u00e9") == 8663);
  CHECK(bucket("seed", "\u0416\u0430\u043d\u043d\u0430") == 9197);
  CHECK(bucket("seed", "\u65e5\u672c") == 9652);
  CHECK(bucket("seed", "\U0001f3b5") == 700);
  CHECK(bucket("seed", "a\U0001f3b5b") == 3845);
  CHECK(bucket("\u0441\u0435\u0437\u043e\u043d-2026", "\u30e6\u30fc\u30b6\u30fc42") == 3360);
  CHECK(fnv("seed\U0001f3b5") == 0x7ceb4adfU);
}

TEST_CASE("fnv1a-v2: an empty unit has a bucket", "[assignment]") {
  CHECK(bucket("", "") == 2305);
}

// The counts of U+FFFD are those of TextDecoder under Node 18.20: one for each maximal subpart.
TEST_CASE("fnv1a-v2: ill-formed UTF-8 counts as U+FFFD", "[assignment]") {
  CHECK(bucket("seed",
               "a\xff"
               "b") == bucket("seed", "a\ufffdb"));
  CHECK(bucket("seed",
               "a\xff"
               "b") == 7404);
  CHECK(bucket("seed", "\xe2\x82") == bucket("seed", "\ufffd"));
  CHECK(bucket("seed",
               "\xe2\x82"
               "a") == bucket("seed", "\ufffda"));
  CHECK(bucket("seed", "\xf0\x9f\x8e") == bucket("seed", "\ufffd"));
  CHECK(bucket("seed", "\xed\xa0\x80") == bucket("seed", "\ufffd\ufffd\ufffd"));            // a surrogate
  CHECK(bucket("seed", "\xf4\x90\x80\x80") == bucket("seed", "\ufffd\ufffd\ufffd\ufffd"));  // beyond U+10FFFF
  CHECK(bucket("seed", "\xc0\x80") == bucket("seed", "\ufffd\ufffd"));                      // overlong
}

// "hello": the value that the course's notebook prints. The others: Wikipedia, MurmurHash, "Test vectors" (2024),
// which cover each length of the tail.
TEST_CASE("murmur3: matches published vectors", "[assignment]") {
  CHECK(murmur3_32("hello", 0) == 0x248bfa47U);
  CHECK(murmur3_32("", 0) == 0U);
  CHECK(murmur3_32("", 1) == 0x514e28b7U);
  CHECK(murmur3_32("", 0xffffffffU) == 0x81f16f39U);
  CHECK(murmur3_32("test", 0) == 0xba6bd213U);
  CHECK(murmur3_32("test", 0x9747b28cU) == 0x704b81dcU);
  CHECK(murmur3_32("Hello, world!", 0) == 0xc0363e43U);
  CHECK(murmur3_32("Hello, world!", 0x9747b28cU) == 0x24884cbaU);
  CHECK(murmur3_32("The quick brown fox jumps over the lazy dog", 0x9747b28cU) == 0x2fa826cdU);
}

// The splits that the course's service made of its listeners 0 .. 9999.
TEST_CASE("murmur3-mod: splits the course's listeners as its service does", "[assignment]") {
  CHECK(murmur3_32("AA", 0) == 0x3fe9a061U);
  CHECK(murmur3_split<2>("AA") == std::array{4982, 5018});
  CHECK(murmur3_split<2>("HSTU") == std::array{5013, 4987});
  CHECK(murmur3_split<3>("I2I") == std::array{3311, 3381, 3308});
}
