#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "platform/core/unit_history.h"
#include "platform/storage/sqlite/sqlite_unit_rows.h"

namespace crossfade::storage::sqlite {

// What is known of units, found by what is remembered of each table. Thread-safe.
class UnitHistories {
 public:
  UnitHistory read(SQLite::Database& database, const UnitId& unit, const UnitHistoryLimits& limits);

 private:
  UnitRows sessions_{"sessions", "session"};
  UnitRows playbacks_{"playbacks", "id"};
  UnitRows events_{"events", "id"};
};

}  // namespace crossfade::storage::sqlite
