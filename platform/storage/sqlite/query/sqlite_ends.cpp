#include "platform/storage/sqlite/query/sqlite_ends.h"

#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

std::vector<ExperimentEnd> experiment_ends(SQLite::Database& database) {
  std::vector<ExperimentEnd> all;
  if (!has_table(database, "experiment_ends")) return all;
  SQLite::Statement rows{database,
                         "SELECT experiment, version, ended_ms FROM experiment_ends ORDER BY experiment, version"};
  while (rows.executeStep()) {
    all.push_back({.experiment = rows.getColumn(0).getString(),
                   .version = rows.getColumn(1).getInt(),
                   .at = {integer_at(rows.getColumn(2))}});
  }
  return all;
}

}  // namespace crossfade::storage::sqlite
