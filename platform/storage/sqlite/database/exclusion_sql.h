#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <string_view>

namespace crossfade::storage::sqlite {

// What an analysis reads: "exposures", "sessions", "playbacks" or "events".
using TableName = std::string_view;

// The condition that a row is not excluded, as SQL: its columns begin with `prefix`. Its subqueries name no row, so
// that SQLite asks them once a statement.
std::string not_excluded_sql(TableName table, std::string_view prefix);
// The same behind " AND ", or nothing where the store has no exclusions: most have none, and pay nothing.
std::string and_not_excluded(SQLite::Database& database, TableName table);
bool has_exclusions(SQLite::Database& database);

}  // namespace crossfade::storage::sqlite
