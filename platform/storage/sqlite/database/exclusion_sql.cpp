#include "platform/storage/sqlite/database/exclusion_sql.h"

#include <fmt/format.h>

#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

std::string targets(std::string_view selected, std::string_view kind) {
  return fmt::format("(SELECT {} FROM exclusions WHERE kind = '{}' AND undone_ms IS NULL)", selected, kind);
}

std::string_view time_of(TableName table) {
  if (table == "exposures") return "first_seen_ms";
  return table == "sessions" ? "started_ms" : "at_ms";
}

}  // namespace

std::string not_excluded_sql(TableName table, std::string_view prefix) {
  std::string sql = fmt::format("{}unit NOT IN {}", prefix, targets("target", "unit"));
  if (table == "events") sql += fmt::format(" AND {}id NOT IN {}", prefix, targets("target", "event"));
  if (table == "sessions" || table == "playbacks") {
    sql += fmt::format(" AND {}session NOT IN {}", prefix, targets("target", "session"));
  }
  return sql + fmt::format(" AND COALESCE({0}{1} >= {2}, 1) AND COALESCE({0}{1} < {3}, 1)", prefix, time_of(table),
                           targets("MAX(target)", "before"), targets("MIN(target)", "after"));
}

std::string and_not_excluded(SQLite::Database& database, TableName table) {
  return has_exclusions(database) ? " AND " + not_excluded_sql(table, "") : "";
}

bool has_exclusions(SQLite::Database& database) {
  return has_table(database, "exclusions") &&
         database.execAndGet("SELECT EXISTS (SELECT 1 FROM exclusions WHERE undone_ms IS NULL)").getInt() != 0;
}

}  // namespace crossfade::storage::sqlite
