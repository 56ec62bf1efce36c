#include "platform/storage/scan/property_reader.h"

#include <algorithm>
#include <utility>

#include "platform/core/json_text.h"
#include "platform/storage/scan/metric_columns.h"

namespace crossfade::storage {

namespace {

using Kind = JsonToken::Kind;

constexpr FieldValue kNotKnown{.number = kUnknown, .text = {}};
// A text that is empty is known: its data is not null.
constexpr std::string_view kEmpty = "";

}  // namespace

PropertyReader::PropertyReader(std::span<const Property> wanted) {
  for (const Property& property : wanted) {
    std::string_view path = property.name;
    std::vector<std::size_t>* among = &outermost_;
    Name* name = nullptr;
    for (;;) {
      const std::size_t dot = path.find('.');
      name = &names_[name_of(*among, path.substr(0, dot))];
      if (dot == std::string_view::npos) break;
      path.remove_prefix(dot + 1);
      among = &name->members;
    }
    name->values.push_back(types_.size());
    types_.push_back(property.type);
  }
  values_.assign(types_.size(), kNotKnown);
}

std::size_t PropertyReader::name_of(std::vector<std::size_t>& among, std::string_view name) {
  for (const std::size_t one : among) {
    if (names_[one].name == name) return one;
  }
  among.push_back(names_.size());
  names_.push_back({.name = std::string(name), .values = {}, .members = {}, .seen = 0});
  return names_.size() - 1;
}

PropertyReader::Name* PropertyReader::find(const std::vector<std::size_t>& among, std::string_view name) {
  for (const std::size_t one : among) {
    if (names_[one].name == name) return &names_[one];
  }
  return nullptr;
}

std::span<const FieldValue> PropertyReader::read(std::string_view object) {
  std::ranges::fill(values_, kNotKnown);
  unescaped_.clear();
  if (values_.empty() || object.empty()) return values_;
  ++objects_;
  missing_ = names_.size();
  JsonLexer lexer(object);
  if (lexer.next().kind != Kind::begin_object) return values_;
  if (!read_members(lexer, outermost_)) std::ranges::fill(values_, kNotKnown);
  return values_;
}

// Behind the bracket of an object. False where it is none.
bool PropertyReader::read_members(JsonLexer& lexer, const std::vector<std::size_t>& wanted) {
  JsonToken token = lexer.next();
  if (token.kind == Kind::end_object) return true;
  for (;; token = lexer.next()) {
    if (token.kind != Kind::text || lexer.next().kind != Kind::colon) return false;
    Name* name = nullptr;
    if (!token.escaped) {
      name = find(wanted, token.raw);
    } else if (const auto text = json_unescaped(token.raw)) {
      name = find(wanted, *text);
    }
    const JsonToken value = lexer.next();
    if (name == nullptr || name->seen == objects_) {
      if (!lexer.skip(value, kDeepestJson)) return false;
    } else {
      name->seen = objects_;
      --missing_;
      take(*name, value);
      if (value.kind == Kind::begin_object && !name->members.empty()) {
        if (!read_members(lexer, name->members)) return false;
      } else if (!lexer.skip(value, kDeepestJson)) {
        return false;
      }
      if (missing_ == 0) return true;
    }
    token = lexer.next();
    if (token.kind == Kind::end_object) return true;
    if (token.kind != Kind::comma) return false;
  }
}

void PropertyReader::take(const Name& name, const JsonToken& token) {
  for (const std::size_t i : name.values) {
    FieldValue& value = values_[i];
    const Property::Type type = types_[i];
    if (token.kind == Kind::text && type != Property::Type::number) {
      value.text = token.raw.empty() ? kEmpty : token.raw;
      if (!token.escaped) continue;
      auto text = json_unescaped(token.raw);
      value.text = text ? std::string_view(unescaped_.emplace_back(*std::move(text))) : std::string_view{};
    } else if (type != Property::Type::text) {
      if (token.kind == Kind::number) value.number = json_number(token.raw).value_or(kUnknown);
      if (token.kind != Kind::yes && token.kind != Kind::no) continue;
      value.number = token.kind == Kind::yes ? 1 : 0;
      if (type == Property::Type::any) value.text = token.raw;
    }
  }
}

}  // namespace crossfade::storage
