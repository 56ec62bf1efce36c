#pragma once

#include <cstdint>
#include <span>

// Properties of letters in Unicode 17, in order of code points, ranges apart.
namespace crossfade::assignment {

// Code points first, first + stride, ... last, whose lower case is `shift` further.
struct LoweredRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t stride;
  std::int32_t shift;
};

struct LetterRange {
  std::uint32_t first;
  std::uint32_t last;
};

// U+0130 is missing, whose lower case is two code points.
std::span<const LoweredRange> lowered_ranges();
std::span<const LetterRange> cased_ranges();
std::span<const LetterRange> case_ignorable_ranges();

}  // namespace crossfade::assignment
