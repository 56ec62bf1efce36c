// Properties as they stand in a store, whoever wrote them: compared with a parser that reads all of them.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "platform/core/json_text.h"
#include "platform/storage/scan/property_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crossfade;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static storage::PropertyReader reader(std::vector<Property>{{.name = "a", .type = Property::Type::number},
                                                              {.name = "a", .type = Property::Type::text},
                                                              {.name = "b.c", .type = Property::Type::any}});
  const auto values = reader.read(text);
  const auto parsed = parse_json(text);
  if (!parsed || parsed->object() == nullptr) return 0;
  const auto same = [](const JsonValue* value, const FieldValue& read, Property::Type type) {
    const bool number = value != nullptr && (value->number() || value->boolean()) && type != Property::Type::text;
    const bool is_text = value != nullptr && value->text() && type != Property::Type::number;
    if (number != !std::isnan(read.number)) return false;
    if (number && value->number() && read.number != *value->number()) return false;
    return !is_text || read.text == *value->text();
  };
  const JsonValue* const a = parsed->find("a");
  const JsonValue* const b = parsed->find("b");
  const JsonValue* const c = b == nullptr ? nullptr : b->find("c");
  if (!same(a, values[0], Property::Type::number) || !same(a, values[1], Property::Type::text)) std::abort();
  if (!same(c, values[2], Property::Type::any)) std::abort();
  return 0;
}
