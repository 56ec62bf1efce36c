#include "platform/config/json_schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "platform/config/keys.h"

namespace crossfade::config {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

// "an experiment" of "in an experiment": the name of its definition.
std::string definition_of(Section section) {
  std::string name(name_of(section));
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
}

Json reference_to(Section section) {
  return {{"$ref", "#/definitions/" + definition_of(section)}};
}

std::vector<std::string> choices_of(std::string_view list) {
  std::vector<std::string> choices;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(", "), list.size());
    choices.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 2, list.size()));
  }
  return choices;
}

Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json named(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

const Json& scalar() {
  static const Json type{{"type", {"string", "number", "boolean"}}};
  return type;
}

Json schema_of(const Key& key) {
  static const Json text{{"type", "string"}};
  static const Json number{{"type", "number"}};
  switch (key.shape) {
    case Shape::text:
    case Shape::time:
      return text;
    case Shape::name:
      return {{"type", "string"}, {"pattern", kNamePattern}};
    case Shape::choice:
      return {{"enum", choices_of(key.choices)}};
    case Shape::number:
      return number;
    case Shape::integer:
      return {{"type", "integer"}};
    case Shape::boolean:
      return {{"type", "boolean"}};
    case Shape::duration:
      return {{"anyOf", {text, {{"type", "integer"}}, list_of({{"type", {"string", "integer"}}})}}};
    case Shape::scalar:
    case Shape::expression:
      return scalar();
    case Shape::condition:
      return {{"type", "object"}};
    case Shape::numbers:
      return list_of(number);
    case Shape::texts:
      return list_of(text);
    case Shape::section:
      return reference_to(key.section);
    case Shape::sections:
      return list_of(reference_to(key.section));
    case Shape::named_sections:
      return named(reference_to(key.section));
    case Shape::named_scalars:
      return named(scalar());
    case Shape::named_texts:
      return named(text);
    case Shape::named_lists:
      return named(list_of(Json::object()));
    case Shape::event:
      return {{"anyOf", {{{"enum", {"session", "playback", "request"}}}, reference_to(Section::event)}}};
    case Shape::winsorize:
      return {{"anyOf", {number, reference_to(Section::winsorize)}}};
  }
  return Json::object();
}

Json described(const Key& key) {
  Json schema = schema_of(key);
  // Beside a $ref draft-07 reads nothing.
  if (schema.contains("$ref")) schema = {{"allOf", {std::move(schema)}}};
  schema["description"] = key.help;
  return schema;
}

Json object_of(Section section) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Key& key : keys_of(section)) {
    properties[std::string(key.name)] = described(key);
    if (key.required) required.push_back(key.name);
  }
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json schema_of(const RecommenderOption& option) {
  using Kind = RecommenderOption::Kind;
  switch (option.kind) {
    case Kind::integer:
      return {{"type", "integer"}, {"minimum", option.least}};
    case Kind::number:
      return {{"type", "number"}, {"minimum", option.least}};
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::recommenders:
      return {{"type", {"array", "object"}}};
    case Kind::text:
      if (!option.allowed.empty()) return {{"enum", option.allowed}};
      break;
    case Kind::file:
    case Kind::recommender:
      break;
  }
  return {{"type", "string"}};
}

// One of the types, with the options of that type.
Json recommender(std::span<const RecommenderType> known_types) {
  Json types = Json::array();
  for (const RecommenderType& type : known_types) {
    Json one = object_of(Section::recommender);
    one["properties"]["type"] = {{"const", type.name}};
    for (const RecommenderOption& option : type.options) {
      one["properties"][option.name] = schema_of(option);
      if (option.required) one["required"].push_back(option.name);
    }
    types.push_back(std::move(one));
  }
  return {{"anyOf", std::move(types)}};
}

std::string_view shape_text(const Key& key) {
  switch (key.shape) {
    case Shape::text:
      return "text";
    case Shape::name:
      return "name";
    case Shape::choice:
      return key.choices;
    case Shape::number:
      return "number";
    case Shape::integer:
      return "integer";
    case Shape::boolean:
      return "true or false";
    case Shape::time:
      return "day or time";
    case Shape::duration:
      return "duration";
    case Shape::scalar:
      return "number, text, true or false";
    case Shape::expression:
      return "expression";
    case Shape::condition:
      return "condition";
    case Shape::numbers:
      return "list of numbers";
    case Shape::texts:
      return "list of texts";
    case Shape::section:
      return "map";
    case Shape::sections:
      return "list of maps";
    case Shape::named_sections:
      return "map from names to maps";
    case Shape::named_scalars:
      return "map from names to values";
    case Shape::named_texts:
      return "map to texts";
    case Shape::named_lists:
      return "map from names to lists";
    case Shape::event:
      return "session, playback, request or {custom: NAME}";
    case Shape::winsorize:
      return "number or map";
  }
  return "";
}

}  // namespace

std::string json_schema(std::span<const RecommenderType> known_types) {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "experiments.yaml of Crossfade"}};
  schema.update(object_of(Section::top));
  Json definitions = Json::object();
  for (const Section section : all_sections()) {
    if (section == Section::top) continue;
    definitions[definition_of(section)] =
        section == Section::recommender ? recommender(known_types) : object_of(section);
  }
  schema["definitions"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

std::string reference() {
  std::string page;
  for (const Section section : all_sections()) {
    page += fmt::format("## {}\n\n| key | what stands there | |\n|---|---|---|\n", name_of(section));
    for (const Key& key : keys_of(section)) {
      page +=
          fmt::format("| `{}`{} | {} | {} |\n", key.name, key.required ? ", needed" : "", shape_text(key), key.help);
    }
    page += "\n";
  }
  return page;
}

}  // namespace crossfade::config
