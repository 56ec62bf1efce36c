#include "platform/assignment/conditions/letter_case.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "platform/assignment/conditions/letter_tables.h"

namespace crossfade::assignment {

namespace {

constexpr std::uint32_t kCapitalSigma = 0x3a3;
constexpr std::uint32_t kSigma = 0x3c3;
constexpr std::uint32_t kFinalSigma = 0x3c2;
constexpr std::uint32_t kCapitalIWithDot = 0x130;

std::uint32_t octet_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// Of the code point whose first byte is at `at`; 1 where that is none.
std::size_t length_at(std::string_view text, std::size_t at) {
  const std::uint32_t lead = octet_at(text, at);
  const std::size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length > text.size() - at) return 1;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet_at(text, at + i) & 0xc0U) != 0x80U) return 1;
  }
  return length;
}

std::uint32_t code_point_at(std::string_view text, std::size_t at, std::size_t length) {
  if (length == 1) return octet_at(text, at);
  std::uint32_t value = octet_at(text, at) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (octet_at(text, at + i) & 0x3fU);
  return value;
}

// Where the code point before `end` begins.
std::size_t before(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && (octet_at(text, at) & 0xc0U) == 0x80U) --at;
  return at;
}

void append(std::string& text, std::uint32_t code_point) {
  const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xc0U | code_point >> 6);
    byte(0x80U | (code_point & 0x3fU));
  } else if (code_point < 0x10000) {
    byte(0xe0U | code_point >> 12);
    byte(0x80U | (code_point >> 6 & 0x3fU));
    byte(0x80U | (code_point & 0x3fU));
  } else {
    byte(0xf0U | code_point >> 18);
    byte(0x80U | (code_point >> 12 & 0x3fU));
    byte(0x80U | (code_point >> 6 & 0x3fU));
    byte(0x80U | (code_point & 0x3fU));
  }
}

template <class Range>
const Range* range_of(std::span<const Range> ranges, std::uint32_t code_point) {
  const auto found = std::ranges::lower_bound(ranges, code_point, {}, &Range::last);
  return found != ranges.end() && found->first <= code_point ? &*found : nullptr;
}

std::uint32_t lowered(std::uint32_t code_point) {
  const LoweredRange* const range = range_of(lowered_ranges(), code_point);
  if (range == nullptr || (code_point - range->first) % range->stride != 0) return code_point;
  return code_point + static_cast<std::uint32_t>(range->shift);
}

bool is_cased(std::uint32_t code_point) {
  return range_of(cased_ranges(), code_point) != nullptr;
}

bool is_ignored(std::uint32_t code_point) {
  return range_of(case_ignorable_ranges(), code_point) != nullptr;
}

// Unicode's Final_Sigma (The Unicode Standard, table 3-17): of the sigma in [begin, end).
bool is_final(std::string_view text, std::size_t begin, std::size_t end) {
  bool follows_letter = false;
  while (begin > 0) {
    const std::size_t at = before(text, begin);
    const std::uint32_t code_point = code_point_at(text, at, begin - at);
    begin = at;
    if (is_ignored(code_point)) continue;
    follows_letter = is_cased(code_point);
    break;
  }
  if (!follows_letter) return false;
  while (end < text.size()) {
    const std::size_t length = length_at(text, end);
    const std::uint32_t code_point = code_point_at(text, end, length);
    end += length;
    if (!is_ignored(code_point)) return !is_cased(code_point);
  }
  return true;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(text, at);
    const std::uint32_t code_point = code_point_at(text, at, length);
    if (length == 1) {
      lower += static_cast<char>(code_point >= 'A' && code_point <= 'Z' ? code_point + 0x20 : code_point);
    } else if (code_point == kCapitalSigma) {
      append(lower, is_final(text, at, at + length) ? kFinalSigma : kSigma);
    } else if (code_point == kCapitalIWithDot) {
      lower += "i\u0307";
    } else {
      const std::uint32_t small = lowered(code_point);
      if (small == code_point) {
        lower += text.substr(at, length);
      } else {
        append(lower, small);
      }
    }
    at += length;
  }
  return lower;
}

}  // namespace crossfade::assignment
