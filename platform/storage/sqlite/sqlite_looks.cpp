#include "platform/storage/sqlite/sqlite_looks.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

constexpr std::array<std::pair<Called, const char*>, 3> kCalled{
    {{Called::win, "win"}, {Called::harm, "harm"}, {Called::invalid, "invalid"}}};

const char* to_text(Called called) {
  return std::ranges::find(kCalled, called, &decltype(kCalled)::value_type::first)->second;
}

Called called_of(const std::string& text) {
  const auto found = std::ranges::find(kCalled, text, &decltype(kCalled)::value_type::second);
  return found != kCalled.end() ? found->first : Called::harm;
}

bool is_latest(SQLite::Database& database, const Look& look) {
  SQLite::Statement latest{database,
                           "SELECT units, data_through_ms FROM looks WHERE experiment = ? AND version = ? "
                           "ORDER BY id DESC LIMIT 1"};
  latest.bind(1, look.experiment);
  latest.bind(2, look.version);
  return latest.executeStep() && latest.getColumn(0).getInt64() == look.units &&
         latest.getColumn(1).getInt64() == look.data_through.ms;
}

bool stands(SQLite::Database& database, const Call& call) {
  SQLite::Statement same{database,
                         "SELECT 1 FROM calls WHERE experiment = ? AND version = ? AND control = ? AND variant = ? "
                         "AND called = ? AND rule = ? AND at_ms >= "
                         "(SELECT COALESCE(MAX(MAX(at_ms, COALESCE(undone_ms, at_ms))), 0) FROM exclusions)"};
  same.bind(1, call.experiment);
  same.bind(2, call.version);
  same.bind(3, call.control);
  same.bind(4, call.variant);
  same.bind(5, to_text(call.called));
  same.bind(6, call.rule);
  return same.executeStep();
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

void record_planned_size(const StoreFile& file, const PlannedSize& size) {
  file.require_in_place();
  const auto database = open_to_write(file, "NORMAL");
  translated(file.name(), [&] {
    SQLite::Transaction transaction{*database, SQLite::TransactionBehavior::IMMEDIATE};
    SQLite::Statement add{*database,
                          "INSERT INTO planned_sizes (experiment, version, plan, units, from_units, at_ms, "
                          "data_through_ms) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"};
    add.bind(1, size.experiment);
    add.bind(2, size.version);
    add.bind(3, size.plan);
    add.bind(4, size.units);
    add.bind(5, size.from_units);
    add.bind(6, size.at.ms);
    add.bind(7, size.data_through.ms);
    add.exec();
    file.require_in_place();
    transaction.commit();
  });
}

std::vector<PlannedSize> planned_sizes(SQLite::Database& database) {
  std::vector<PlannedSize> all;
  if (!has_table(database, "planned_sizes")) return all;
  SQLite::Statement rows{database,
                         "SELECT experiment, version, plan, units, from_units, at_ms, data_through_ms "
                         "FROM planned_sizes ORDER BY id"};
  while (rows.executeStep()) {
    all.push_back({.experiment = rows.getColumn(0).getString(),
                   .version = rows.getColumn(1).getInt(),
                   .plan = rows.getColumn(2).getString(),
                   .units = rows.getColumn(3).getInt64(),
                   .from_units = rows.getColumn(4).getInt64(),
                   .at = {rows.getColumn(5).getInt64()},
                   .data_through = {rows.getColumn(6).getInt64()}});
  }
  return all;
}

void record_call(const StoreFile& file, const Call& call) {
  file.require_in_place();
  const auto database = open_to_write(file, "NORMAL");
  translated(file.name(), [&] {
    SQLite::Transaction transaction{*database, SQLite::TransactionBehavior::IMMEDIATE};
    if (stands(*database, call)) return;
    SQLite::Statement add{*database,
                          "INSERT INTO calls (experiment, version, control, variant, called, rule, at_ms, units, "
                          "data_through_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    add.bind(1, call.experiment);
    add.bind(2, call.version);
    add.bind(3, call.control);
    add.bind(4, call.variant);
    add.bind(5, to_text(call.called));
    add.bind(6, call.rule);
    add.bind(7, call.at.ms);
    add.bind(8, call.units);
    add.bind(9, call.data_through.ms);
    add.exec();
    file.require_in_place();
    transaction.commit();
  });
}

bool has_call(SQLite::Database& database, const Call& call) {
  return has_table(database, "calls") && stands(database, call);
}

std::vector<Call> calls(SQLite::Database& database) {
  std::vector<Call> all;
  if (!has_table(database, "calls")) return all;
  SQLite::Statement rows{database,
                         "SELECT experiment, version, control, variant, called, rule, at_ms, units, data_through_ms "
                         "FROM calls ORDER BY id"};
  while (rows.executeStep()) {
    all.push_back({.experiment = rows.getColumn(0).getString(),
                   .version = rows.getColumn(1).getInt(),
                   .control = rows.getColumn(2).getString(),
                   .variant = rows.getColumn(3).getString(),
                   .called = called_of(rows.getColumn(4).getString()),
                   .rule = rows.getColumn(5).getString(),
                   .at = {rows.getColumn(6).getInt64()},
                   .units = rows.getColumn(7).getInt64(),
                   .data_through = {rows.getColumn(8).getInt64()}});
  }
  return all;
}

}  // namespace crossfade::storage::sqlite
