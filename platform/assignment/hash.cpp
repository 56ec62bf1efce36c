#include "platform/assignment/hash.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>

namespace crossfade::assignment {

namespace {

constexpr std::uint32_t kReplacement = 0xfffdU;

std::uint32_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

struct CodePoint {
  std::uint32_t value;
  std::size_t length;  // in bytes
};

// The first code point of `text`, which is not empty. The bounds of the second byte exclude overlong forms, surrogates
// and what is beyond U+10FFFF: Unicode 15, table 3-7.
CodePoint decode(std::string_view text) {
  const std::uint32_t lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xc2 || lead > 0xf4) return {kReplacement, 1};
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  std::uint32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  std::uint32_t value = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint32_t next = i < text.size() ? byte_at(text, i) : 0;
    if (next < low || next > high) return {kReplacement, i};
    value = value << 6 | (next & 0x3fU);
    low = 0x80;
    high = 0xbf;
  }
  return {value, length};
}

std::uint32_t block_at(std::string_view text, std::size_t i) {
  return byte_at(text, i) | byte_at(text, i + 1) << 8 | byte_at(text, i + 2) << 16 | byte_at(text, i + 3) << 24;
}

std::uint32_t scramble(std::uint32_t block) {
  return std::rotl(block * 0xcc9e2d51U, 15) * 0x1b873593U;
}

}  // namespace

Fnv1a32& Fnv1a32::add(std::string_view text) {
  while (!text.empty()) {
    const auto [value, length] = decode(text);
    if (value >= 0x10000) {
      add_code_unit(0xd800 + ((value - 0x10000) >> 10));
      add_code_unit(0xdc00 + ((value - 0x10000) & 0x3ff));
    } else {
      add_code_unit(value);
    }
    text.remove_prefix(length);
  }
  return *this;
}

std::uint32_t bucket_of(Fnv1a32 seeded, std::string_view unit) {
  std::array<char, 10> digits{};  // of the largest 32-bit number
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), seeded.add(unit).value()).ptr;
  return Fnv1a32{}.add({digits.data(), static_cast<std::size_t>(end - digits.data())}).value() % kBuckets;
}

std::uint32_t bucket_of_v1(std::string_view seed, std::string_view unit) {
  constexpr std::uint32_t slices = 1000;
  return Fnv1a32{}.add(unit).add(seed).value() % slices * (kBuckets / slices);
}

std::uint32_t murmur3_32(std::string_view text, std::uint32_t seed) {
  std::uint32_t hash = seed;
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) hash = std::rotl(hash ^ scramble(block_at(text, i)), 13) * 5 + 0xe6546b64U;
  std::uint32_t tail = 0;
  for (std::size_t j = text.size(); j > i; --j) tail = tail << 8 | byte_at(text, j - 1);
  hash ^= scramble(tail);
  hash ^= static_cast<std::uint32_t>(text.size());
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
  return hash ^ (hash >> 16);
}

}  // namespace crossfade::assignment
