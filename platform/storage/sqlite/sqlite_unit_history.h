#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "platform/core/unit_history.h"

namespace crossfade::storage::sqlite {

// One scan of each table: none is indexed by unit, so that logging stays fast.
UnitHistory unit_history(SQLite::Database& database, const UnitId& unit, const UnitHistoryLimits& limits);

}  // namespace crossfade::storage::sqlite
