#include "platform/storage/sqlite/query/sqlite_runs.h"

#include <cstdint>
#include <optional>
#include <string>

#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

namespace {

template <typename Value>
void bind_if_any(SQLite::Statement& statement, int index, const std::optional<Value>& value) {
  if (value) statement.bind(index, *value);  // NULL otherwise
}

std::optional<std::int64_t> integer_if_any(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(integer_at(column));
}

}  // namespace

void insert_run(SQLite::Database& database, const Run& run) {
  SQLite::Statement add{database,
                        "INSERT INTO runs (since_ms, clock, alone, command, program, configuration, seed, sessions, "
                        "days, listeners, world_kind, world_name, world_seed, world_checksum, world_listeners) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  add.bind(1, run.since.ms);
  add.bind(2, std::string(to_string(run.clock)));
  bind_if_any(add, 3, run.alone);
  add.bind(4, run.command);
  add.bind(5, run.program);
  add.bind(6, run.configuration);
  bind_if_any(add, 7, run.seed);
  bind_if_any(add, 8, run.sessions);
  bind_if_any(add, 9, run.days);
  bind_if_any(add, 10, run.listeners);
  if (const auto& world = run.world) {
    add.bind(11, world->kind);
    add.bind(12, world->name);
    add.bind(13, world->seed);
    add.bind(14, world->checksum);
    add.bind(15, world->listeners);
  }
  add.exec();
}

std::vector<Run> runs(SQLite::Database& database) {
  std::vector<Run> all;
  if (!has_table(database, "runs")) return all;
  SQLite::Statement rows{database,
                         "SELECT since_ms, clock, alone, command, program, configuration, seed, sessions, days, "
                         "listeners, world_kind, world_name, world_seed, world_checksum, world_listeners FROM runs "
                         "ORDER BY id"};
  while (rows.executeStep()) {
    Run& run = all.emplace_back();
    run.since = {integer_at(rows.getColumn(0))};
    run.clock = rows.getColumn(1).getString() == to_string(RunClock::real) ? RunClock::real : RunClock::simulated;
    if (!rows.getColumn(2).isNull()) run.alone = rows.getColumn(2).getString();
    run.command = rows.getColumn(3).getString();
    run.program = rows.getColumn(4).getString();
    run.configuration = rows.getColumn(5).getString();
    run.seed = integer_if_any(rows.getColumn(6));
    run.sessions = integer_if_any(rows.getColumn(7));
    run.days = integer_if_any(rows.getColumn(8));
    run.listeners = integer_if_any(rows.getColumn(9));
    if (rows.getColumn(13).isNull()) continue;
    run.world = {.kind = rows.getColumn(10).getString(),
                 .name = rows.getColumn(11).getString(),
                 .seed = integer_if_any(rows.getColumn(12)).value_or(0),
                 .checksum = rows.getColumn(13).getString(),
                 .listeners = integer_if_any(rows.getColumn(14)).value_or(0)};
  }
  return all;
}

}  // namespace crossfade::storage::sqlite
