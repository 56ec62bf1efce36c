#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/core/json_value.h"

// What JavaScript makes of JSON's values, where the language of conditions leaves it to JavaScript (ECMA-262, chapter
// 7). Nothing here fails, and what there is no text or number for in the value is one by JavaScript's rules: null is 0
// and "null", a list is its items joined by commas.
namespace crossfade::assignment {

// As Number.prototype.toString writes it, "1e+21", "0.1"; at most 25 characters, kept in `storage`.
std::string_view text_of_number(double number, std::array<char, 32>& storage);

// "0", "17": a name that is the position of an item in a list; not "017", and not 2^32 - 1 and above.
std::optional<std::uint32_t> array_index(std::string_view name);

// String(value).
std::string text_of(const JsonValue& value);
// Whether String(value) is `text`. Allocates for lists and maps only.
bool has_text(const JsonValue& value, std::string_view text);

// Number(value); NaN where that is no number.
double number_of(const JsonValue& value);
double number_of(std::string_view text);

bool is_truthy(const JsonValue& value);

// value === operand: two lists, or two maps, are never the same one.
bool is_identical(const JsonValue& value, const JsonValue& operand);

// By UTF-16 code units: U+10000 and above stand before U+E000. Both are UTF-8.
std::strong_ordering compare_texts(std::string_view a, std::string_view b);

// JSON.stringify(a) === JSON.stringify(b): the order of members counts, but for names that are array indices, which
// JavaScript puts first.
bool is_same_json(const JsonValue& a, const JsonValue& b);

}  // namespace crossfade::assignment
