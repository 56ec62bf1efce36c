#include "platform/core/json_text.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace crossfade {

namespace {

// Builds the value while the text is read.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(int deepest) : deepest_(deepest) {}
  JsonValue take() { return std::move(root_); }

  bool null() override { return add({}); }
  bool boolean(bool value) override { return add({value}); }
  bool number_integer(number_integer_t value) override { return add({static_cast<double>(value)}); }
  bool number_unsigned(number_unsigned_t value) override { return add({static_cast<double>(value)}); }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return std::isfinite(value) && add({value});
  }
  bool string(string_t& value) override { return add({std::move(value)}); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open({JsonValue::Object{}}); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override { return open({JsonValue::Array{}}); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    auto& members = std::get<JsonValue::Object>(open_.back()->value);
    if (members.size() == kMostJsonMembers) return false;
    if (std::ranges::find(members, name, &JsonMember::name) != members.end()) return false;
    members.push_back({.name = std::move(name), .value = {}});
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  // Where the next value belongs. What is open lies on one path, so that nothing moves while it is pointed to.
  JsonValue& place() {
    if (open_.empty()) return root_;
    JsonValue& around = *open_.back();
    if (auto* const items = std::get_if<JsonValue::Array>(&around.value)) return items->emplace_back();
    return std::get<JsonValue::Object>(around.value).back().value;
  }
  bool add(JsonValue value) {
    place() = std::move(value);
    return true;
  }
  bool open(JsonValue value) {
    if (static_cast<int>(open_.size()) == deepest_) return false;
    JsonValue& where = place();
    where = std::move(value);
    open_.push_back(&where);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const int deepest_;
  JsonValue root_;
  std::vector<JsonValue*> open_;
};

nlohmann::ordered_json json_of(const JsonValue& value) {
  struct Visitor {
    nlohmann::ordered_json operator()(std::nullptr_t) const { return nullptr; }
    nlohmann::ordered_json operator()(bool is) const { return is; }
    nlohmann::ordered_json operator()(double number) const {
      constexpr double exact = 9007199254740992;  // 2^53: whole numbers are written without ".0"
      if (std::abs(number) <= exact && number == std::trunc(number)) return static_cast<std::int64_t>(number);
      return number;
    }
    nlohmann::ordered_json operator()(const std::string& text) const { return text; }
    nlohmann::ordered_json operator()(const JsonValue::Array& items) const {
      nlohmann::ordered_json array = nlohmann::ordered_json::array();
      for (const JsonValue& item : items) array.push_back(json_of(item));
      return array;
    }
    nlohmann::ordered_json operator()(const JsonValue::Object& members) const {
      nlohmann::ordered_json object = nlohmann::ordered_json::object();
      for (const JsonMember& member : members) object.emplace(member.name, json_of(member.value));
      return object;
    }
  };
  return std::visit(Visitor{}, value.value);
}

}  // namespace

std::optional<JsonValue> parse_json(std::string_view text, int deepest) {
  Builder builder(deepest);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.take();
}

std::optional<JsonValue> json_value_of(const nlohmann::json& json, int deepest) {
  switch (json.type()) {
    case nlohmann::json::value_t::null:
      return JsonValue{};
    case nlohmann::json::value_t::boolean:
      return JsonValue{json.get<bool>()};
    case nlohmann::json::value_t::string:
      return JsonValue{json.get<std::string>()};
    case nlohmann::json::value_t::number_integer:
    case nlohmann::json::value_t::number_unsigned:
    case nlohmann::json::value_t::number_float: {
      const double number = json.get<double>();
      return std::isfinite(number) ? std::optional(JsonValue{number}) : std::nullopt;
    }
    case nlohmann::json::value_t::array: {
      if (deepest == 0) return std::nullopt;
      JsonValue::Array items;
      for (const nlohmann::json& one : json) {
        auto item = json_value_of(one, deepest - 1);
        if (!item) return std::nullopt;
        items.push_back(*std::move(item));
      }
      return JsonValue{std::move(items)};
    }
    case nlohmann::json::value_t::object: {
      if (deepest == 0 || json.size() > kMostJsonMembers) return std::nullopt;
      JsonValue::Object members;
      for (const auto& [name, one] : json.items()) {
        auto value = json_value_of(one, deepest - 1);
        if (!value) return std::nullopt;
        members.push_back({.name = name, .value = *std::move(value)});
      }
      return JsonValue{std::move(members)};
    }
    default:
      return std::nullopt;
  }
}

std::string to_json(const JsonValue& value) {
  return json_of(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace crossfade
