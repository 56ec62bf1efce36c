#include "platform/config/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "platform/core/metric.h"
#include "platform/core/text.h"

namespace crossfade::config {

namespace {

constexpr std::size_t kMostNames = 30;  // that a message lists

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

// [-+]? [0-9]+
bool is_decimal_integer(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::size_t digits = count_digits(text);
  text.remove_prefix(digits);
  if (!text.empty() && text.front() == '.') {
    const std::size_t decimals = count_digits(text.substr(1));
    digits += decimals;
    text.remove_prefix(1 + decimals);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  return (text.front() == 'e' || text.front() == 'E') && is_decimal_integer(text.substr(1));
}

// NaN, which no rule lets through, where `text` is beyond the range of a double.
double parse_number(std::string_view text) {
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? value : std::numeric_limits<double>::quiet_NaN();
}

std::optional<std::int64_t> parse_integer(std::string_view text, int base) {
  if (text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// YAML 1.2.2, section 10.3.2. Null does not reach this.
Value resolve_plain(const std::string& text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    const auto value = text.size() > 2 && text[2] != '-' && text[2] != '+'
                           ? parse_integer(std::string_view(text).substr(2), text[1] == 'x' ? 16 : 8)
                           : std::nullopt;
    if (value) return *value;
  }
  if (is_decimal_integer(text)) {
    if (const auto value = parse_integer(text, 10)) return *value;
  }
  if (is_decimal_number(text)) return parse_number(text);
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = std::string_view(text).substr(negative || text.starts_with('+') ? 1 : 0);
  if (magnitude == ".inf" || magnitude == ".Inf" || magnitude == ".INF") return negative ? -HUGE_VAL : HUGE_VAL;
  return text;
}

}  // namespace

Mark mark_of(const YAML::Node& node) {
  return mark_of(node.Mark());
}

Mark mark_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {.line = static_cast<std::size_t>(mark.line) + 1, .column = static_cast<std::size_t>(mark.column) + 1};
}

void Faults::add(Mark mark, const std::string& message) {
  const Fault fault{.file = file_, .line = mark.line, .column = mark.column, .message = message};
  if (told_.emplace(mark.line, mark.column, message).second) faults_.push_back(fault);
}

std::string in_quotes(std::string_view text) {
  std::size_t length = std::min<std::size_t>(text.size(), 64);
  const auto in_code_point = [text](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xc0U) == 0x80U; };
  while (length > 0 && length < text.size() && in_code_point(length)) --length;
  return "\"" + printable(text.substr(0, length)) + (length < text.size() ? "...\"" : "\"");
}

std::string joined(const std::vector<std::string>& texts, std::size_t most) {
  std::string result;
  for (std::size_t i = 0; i < std::min(most, texts.size()); ++i) result += (i == 0 ? "" : ", ") + texts[i];
  if (texts.size() > most) result += fmt::format(" and {} more", texts.size() - most);
  return result;
}

std::string unknown_name(std::string_view kind, std::string_view name, const std::vector<std::string>& known,
                         std::string_view where) {
  std::string message = fmt::format("unknown {} {}", kind, in_quotes(name));
  if (!where.empty()) message += fmt::format(" {}", where);
  message += known.empty() ? ", want one that is defined (none is)"
                           : (known.size() == 1 ? ", want " : ", want one of ") + joined(known, kMostNames);
  const std::string nearest = nearest_name(name, known);
  if (known.size() > 1 && !nearest.empty()) message += fmt::format("; did you mean {}?", in_quotes(nearest));
  return message;
}

std::optional<Value> scalar_of(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  return node.Tag() == "?" ? resolve_plain(node.Scalar()) : Value{node.Scalar()};
}

std::string describe(const YAML::Node& node) {
  if (node.IsNull()) return "empty";
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  const auto value = scalar_of(node);
  if (!value) return "missing";
  return std::holds_alternative<std::string>(*value) ? "the text " + in_quotes(node.Scalar()) : node.Scalar();
}

void Entry::refuse(Faults& faults, std::string_view want) const {
  faults.add(value_mark(), fmt::format("{} is {}, want {}", key, describe(value), want));
}

std::optional<std::string> Entry::text(Faults& faults, std::string_view want) const {
  const auto scalar = scalar_of(value);
  if (const auto* const text = scalar ? std::get_if<std::string>(&*scalar) : nullptr) {
    if (text->find('\0') == std::string::npos) return *text;
    refuse(faults, "a text without a character that is 0");
    return std::nullopt;
  }
  refuse(faults, scalar ? fmt::format("{} (in quotes)", want) : std::string{want});
  return std::nullopt;
}

std::optional<std::string> Entry::name(Faults& faults) const {
  auto result = text(faults);
  if (!result || is_name(*result)) return result;
  refuse(faults, kNameRule);
  return std::nullopt;
}

std::optional<bool> Entry::boolean(Faults& faults) const {
  const auto scalar = scalar_of(value);
  if (const auto* const fact = scalar ? std::get_if<bool>(&*scalar) : nullptr) return *fact;
  refuse(faults, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Entry::integer(Faults& faults, std::int64_t least, std::int64_t most,
                                           std::string_view want) const {
  const auto scalar = scalar_of(value);
  const auto* const whole = scalar ? std::get_if<std::int64_t>(&*scalar) : nullptr;
  if (whole && *whole >= least && *whole <= most) return *whole;
  refuse(faults, want);
  return std::nullopt;
}

namespace {

// None: no number.
std::optional<double> number_of(const YAML::Node& node) {
  const auto scalar = scalar_of(node);
  if (const auto* const whole = scalar ? std::get_if<std::int64_t>(&*scalar) : nullptr) {
    return static_cast<double>(*whole);
  }
  if (const auto* const number = scalar ? std::get_if<double>(&*scalar) : nullptr) return *number;
  return std::nullopt;
}

}  // namespace

std::optional<double> Entry::number(Faults& faults, const std::function<bool(double)>& fits,
                                    std::string_view want) const {
  const std::optional<double> result = number_of(value);
  const bool fitting = result && std::isfinite(*result) && fits(*result);
  if (fitting && std::abs(*result) <= kLargestValue) return result;
  refuse(faults, fitting ? fmt::format("{}, within {:g}", want, kLargestValue) : std::string{want});
  return std::nullopt;
}

std::optional<double> Entry::share(Faults& faults, std::string_view want) const {
  const std::optional<double> result = number_of(value);
  const bool per_cent = result && *result >= 1 && *result < 100;
  return number(faults, is_share,
                per_cent ? fmt::format("{}; is {:g} % meant, {:g}?", want, *result, *result / 100) : std::string{want});
}

std::optional<std::vector<Entry>> Entry::list(Faults& faults, std::string_view one, std::string_view want) const {
  if (!value.IsSequence()) {
    refuse(faults, want);
    return std::nullopt;
  }
  std::vector<Entry> items;
  for (const YAML::Node& item : value) {
    items.push_back({.key = std::string{one}, .mark = mark_of(item), .value = item});
  }
  return items;
}

bool is_name(std::string_view name) {
  const auto alphanumeric = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && name.size() <= 64 && alphanumeric(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

Map::Map(const Entry& entry, std::string_view where, const std::vector<std::string>& known, Faults& faults)
    : where_(where), mark_(entry.value_mark()), valid_(entry.value.IsMap()) {
  if (!valid_) {
    entry.refuse(faults, "a map");
    return;
  }
  for (const auto& pair : entry.value) {
    const auto key = scalar_of(pair.first);
    const Mark mark = mark_of(pair.first);
    if (!key || !std::holds_alternative<std::string>(*key)) {
      faults.add(mark,
                 fmt::format("a key {} is {}, want a text{}", where, describe(pair.first), key ? " (in quotes)" : ""));
    } else if (const Entry* const first = find(pair.first.Scalar())) {
      faults.add(mark, fmt::format("key {} {} stands twice, first in line {}, want it once", in_quotes(first->key),
                                   where, first->mark.line));
    } else {
      index_.emplace(pair.first.Scalar(), entries_.size());
      entries_.push_back({.key = pair.first.Scalar(), .mark = mark, .value = pair.second});
    }
  }
  if (!known.empty()) refuse_unknown(known, faults);
}

void Map::refuse_unknown(const std::vector<std::string>& known, Faults& faults) const {
  for (const Entry& entry : entries_) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    faults.add(entry.mark, unknown_name("key", entry.key, known, where_));
  }
}

std::vector<std::string> Map::keys() const {
  std::vector<std::string> keys;
  keys.reserve(entries_.size());
  for (const Entry& entry : entries_) keys.push_back(entry.key);
  return keys;
}

const Entry* Map::find(std::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &entries_[found->second];
}

const Entry* Map::require(std::string_view key, std::string_view want, Faults& faults) const {
  const Entry* const found = find(key);
  if (!found && valid_) faults.add(mark_, fmt::format("no {} {}, want {}", key, where_, want));
  return found;
}

}  // namespace crossfade::config
