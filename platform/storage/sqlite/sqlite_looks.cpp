#include "platform/storage/sqlite/sqlite_looks.h"

#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

bool is_latest(SQLite::Database& database, const Look& look) {
  SQLite::Statement latest{database,
                           "SELECT units, data_through_ms FROM looks WHERE experiment = ? AND version = ? "
                           "ORDER BY id DESC LIMIT 1"};
  latest.bind(1, look.experiment);
  latest.bind(2, look.version);
  return latest.executeStep() && latest.getColumn(0).getInt64() == look.units &&
         latest.getColumn(1).getInt64() == look.data_through.ms;
}

}  // namespace

bool has_look(SQLite::Database& database, const Look& look) {
  return has_table(database, "looks") && is_latest(database, look);
}

void record_look(const StoreFile& file, const Look& look) {
  file.require_in_place();
  const auto database = open_to_write(file, "NORMAL");
  translated(file.name(), [&] {
    SQLite::Transaction transaction{*database, SQLite::TransactionBehavior::IMMEDIATE};
    if (is_latest(*database, look)) return;
    SQLite::Statement add{*database,
                          "INSERT INTO looks (experiment, version, at_ms, units, data_through_ms) "
                          "VALUES (?, ?, ?, ?, ?)"};
    add.bind(1, look.experiment);
    add.bind(2, look.version);
    add.bind(3, look.at.ms);
    add.bind(4, look.units);
    add.bind(5, look.data_through.ms);
    add.exec();
    file.require_in_place();
    transaction.commit();
  });
}

std::vector<Look> looks(SQLite::Database& database) {
  std::vector<Look> all;
  if (!has_table(database, "looks")) return all;
  SQLite::Statement rows{database, "SELECT experiment, version, at_ms, units, data_through_ms FROM looks ORDER BY id"};
  while (rows.executeStep()) {
    all.push_back({.experiment = rows.getColumn(0).getString(),
                   .version = rows.getColumn(1).getInt(),
                   .at = {rows.getColumn(2).getInt64()},
                   .units = rows.getColumn(3).getInt64(),
                   .data_through = {rows.getColumn(4).getInt64()}});
  }
  return all;
}

}  // namespace crossfade::storage::sqlite
