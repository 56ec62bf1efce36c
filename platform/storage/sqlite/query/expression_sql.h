#pragma once

#include <string>
#include <string_view>

#include "platform/core/expression/expression.h"
#include "platform/core/metric.h"

namespace crossfade::storage {

// The expression over a row `event` of the table of these events; NULL where evaluate gives NaN.
std::string sql_of(const Expression& expression, EventKind event);
// Whether the expression can be NULL for an event that is there.
bool may_be_unknown(const Expression& expression, EventKind event);
// The text as a literal of SQL: 'it''s'.
std::string sql_text(std::string_view text);

}  // namespace crossfade::storage
