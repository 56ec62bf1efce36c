// Conditions on attributes: JSON in the first line, and of whom it is asked in the second. What has no fault holds as
// often as it is asked, within $and too, and where it does not its $not does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "platform/assignment/conditions/condition.h"
#include "platform/core/json_text.h"

using namespace crossfade;
using namespace crossfade::assignment;

namespace {

JsonValue object_of(const char* name, JsonValue value) {
  return {JsonValue::Object{{.name = name, .value = std::move(value)}}};
}

void expect(bool fact) {
  if (!fact) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const GroupSets groups{{{"g", {{1.0}, {std::string("a")}, {true}}}, {"empty", {}}}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const auto written = parse_json(text.substr(0, line), 40);
  if (!written) return 0;
  const auto attributes =
      line == std::string_view::npos ? std::optional<JsonValue>{JsonValue{}} : parse_json(text.substr(line + 1));
  if (!attributes) return 0;
  const Condition condition{*written, groups};
  const bool held = condition.holds(*attributes);
  expect(condition.holds(*attributes) == held);
  expect(!condition.is_empty() || held);
  groups_used(*written);
  if (!condition.faults().empty()) return 0;
  const Condition within{object_of("$and", {JsonValue::Array{*written}}), groups};
  const Condition opposite{object_of("$not", *written), groups};
  if (within.faults().empty()) expect(within.holds(*attributes) == held);  // it may be too deep now
  if (opposite.faults().empty()) expect(opposite.holds(*attributes) != held);
  return 0;
}
