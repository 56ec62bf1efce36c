// Expressions of metrics, through all that walks them: parser, evaluation, SQL. The first byte chooses the events.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/core/expression/expression.h"
#include "platform/core/metric.h"
#include "platform/storage/sqlite/query/expression_sql.h"

using namespace crossfade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array kinds{EventKind::session, EventKind::playback, EventKind::custom};
  const EventKind event = kinds[data[0] % kinds.size()];
  const ExpressionKind kind = data[0] % 2 == 0 ? ExpressionKind::condition : ExpressionKind::number;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto parsed = Expression::parse(text, fields_of(event), kind);
  const auto* const expression = std::get_if<Expression>(&parsed);
  if (expression == nullptr) return 0;
  std::vector<FieldValue> fields(fields_of(event).size());
  for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = {.number = static_cast<double>(i), .text = "random"};
  expression->evaluate(fields);
  storage::sql_of(*expression, event);
  return 0;
}
