#include "platform/assignment/conditions/wording.h"

#include <algorithm>

#include "platform/assignment/conditions/javascript_values.h"
#include "platform/core/text.h"

namespace crossfade::assignment {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 64;
  std::size_t length = std::min(text.size(), most);
  while (length > 0 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) --length;
  return "\"" + printable(text.substr(0, length)) + (length < text.size() ? "...\"" : "\"");
}

std::string describe(const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::array:
      return "a list";
    case JsonValue::Kind::object:
      return "a map";
    case JsonValue::Kind::text:
      return "the text " + in_quotes(*value.text());
    default:
      return text_of(value);
  }
}

}  // namespace crossfade::assignment
