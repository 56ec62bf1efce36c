#include "platform/storage/sqlite/sqlite_append.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "platform/core/error.h"
#include "platform/storage/sqlite/database/logged_ids_table.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/query/sqlite_configurations.h"
#include "platform/storage/sqlite/query/sqlite_runs.h"

namespace crossfade::storage::sqlite {

namespace {

// The recovery mark moves whenever there are so many playbacks more: a few milliseconds of a commit.
constexpr std::int64_t kRowsBetweenMarks = 4'096;
// Playbacks that a restart reads in any case. Only when so many have come after it is a playback listed whose session
// is still open: by then most have ended, and need no row of their own.
constexpr std::int64_t kTail = 50'000;
// Rows of the list that are looked at when the mark moves, whether their sessions have ended: more than can be added.
constexpr std::int64_t kSwept = 2 * kRowsBetweenMarks;

const std::string kLast = "last";
const std::string kTimeout = "timeout";

void run(SQLite::Statement& statement) {
  statement.exec();
  statement.reset();
}

void bind_optional(SQLite::Statement& statement, int index, const std::optional<double>& value) {
  if (value) {
    statement.bind(index, *value);
  } else {
    statement.bind(index);
  }
}

void bind_optional(SQLite::Statement& statement, int index, const std::optional<Timestamp>& value) {
  if (value) {
    statement.bind(index, value->ms);
  } else {
    statement.bind(index);
  }
}

// NULL where there is none.
void bind_json(SQLite::Statement& statement, int index, const std::string& json) {
  if (json.empty()) {
    statement.bind(index);
  } else {
    statement.bindNoCopy(index, json);
  }
}

}  // namespace

Appender::Appender(SQLite::Database& database, const StoreFile& file)
    : database_(database),
      file_(file),
      begin_(database, "BEGIN IMMEDIATE"),
      commit_(database, "COMMIT"),
      rollback_(database, "ROLLBACK"),
      playback_(
          database,
          "INSERT INTO playbacks (unit, session, position, track, fraction, recommended, recommender, propensity, "
          "latency_ms, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      session_(database,
               "INSERT INTO sessions (session, unit, tracks, time, latency_ms, end_reason, started_ms, ended_ms, "
               "properties) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      exposure_(database,
                "INSERT INTO exposures (experiment, version, unit, variant, first_seen_ms, last_seen_ms, attributes) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_seen_ms = "
                "CASE WHEN excluded.last_seen_ms > last_seen_ms THEN excluded.last_seen_ms END "
                "WHERE last_seen_ms IS NOT NULL "
                "AND (excluded.last_seen_ms IS NULL OR excluded.last_seen_ms > last_seen_ms)"),
      event_(database, "INSERT INTO events (unit, name, value, at_ms, properties) VALUES (?, ?, ?, ?, ?)"),
      id_(database, "INSERT INTO logged_ids (hash, at_ms) VALUES (?, ?)") {
  last_row_ = database.execAndGet("SELECT COALESCE(MAX(id), 0) FROM playbacks").getInt64();
  marked_row_ = database.execAndGet("SELECT MAX(settled, listed) FROM recovery").getInt64();
  if (last_row_ - marked_row_ >= kTail) transact([] {});
}

template <typename Work>
void Appender::transact(Work work) {
  pending_ = {.last_row = last_row_, .marked_row = marked_row_};
  try {
    run(begin_);
    work();
    if (pending_.last_row - marked_row_ >= kRowsBetweenMarks) move_recovery_mark();
    file_.require_in_place();  // as late as can be: what is committed from here on stands in the file that it was
    run(commit_);
  } catch (const SQLite::Exception& exception) {
    const Error error = error_when_open(file_.name(), exception, log_errno_of(database_));
    roll_back();
    throw error;
  } catch (...) {
    roll_back();
    throw;
  }
  last_row_ = pending_.last_row;
  marked_row_ = pending_.marked_row;
}

void Appender::roll_back() {
  for (SQLite::Statement* statement : {&begin_, &commit_, &playback_, &session_, &exposure_, &event_, &id_}) {
    statement->tryReset();
  }
  // SQLite has rolled back by itself after some errors, such as a full disk.
  if (sqlite3_get_autocommit(database_.getHandle()) == 0) rollback_.tryExecuteStep();
  rollback_.tryReset();
}

void Appender::probe() {
  transact([&] { database_.exec("UPDATE recovery SET settled = settled"); });
}

void Appender::append(const EventBatch& batch) {
  transact([&] { insert(batch); });
}

void Appender::import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) {
  transact([&] {
    SQLite::Statement known{database_, "SELECT file, imported_ms FROM imports WHERE checksum = ?"};
    SQLite::Statement add{database_, "INSERT INTO imports (checksum, file, events, imported_ms) VALUES (?, ?, ?, ?)"};
    std::string already;
    for (const ImportedFile& file : files) {
      known.bind(1, file.checksum);
      if (known.executeStep()) {
        if (!already.empty()) already += '\n';
        already += file.file + ": the store has its content already, from " + known.getColumn(0).getString() + " at " +
                   to_string(Timestamp{known.getColumn(1).getInt64()});
      } else {
        add.bind(1, file.checksum);
        add.bind(2, file.file);
        add.bind(3, file.events);
        add.bind(4, file.imported.ms);
        run(add);
      }
      known.reset();
    }
    if (!already.empty()) throw Error::user(already);
    EventBatch batch;
    while (next_batch(batch)) {
      insert(batch);
      batch.clear();
    }
  });
}

void Appender::record(const StoredConfiguration& configuration) {
  transact([&] {
    SQLite::Statement latest{database_, "SELECT checksum, id FROM configurations ORDER BY id DESC LIMIT 1"};
    if (latest.executeStep() && latest.getColumn(0).getString() == configuration.checksum &&
        files_of(database_, latest.getColumn(1).getInt64()) == configuration.files) {
      return;
    }
    SQLite::Statement add{database_, "INSERT INTO configurations (checksum, text, since_ms) VALUES (?, ?, ?)"};
    add.bind(1, configuration.checksum);
    add.bind(2, configuration.text);
    add.bind(3, configuration.since.ms);
    run(add);
    const std::int64_t id = database_.getLastInsertRowid();
    SQLite::Statement add_file{
        database_, "INSERT INTO configuration_files (configuration, recommender, file, checksum) VALUES (?, ?, ?, ?)"};
    for (const RecommenderFile& file : configuration.files) {
      add_file.bind(1, id);
      add_file.bind(2, file.recommender);
      add_file.bind(3, file.file);
      add_file.bind(4, file.checksum);
      run(add_file);
    }
  });
}

void Appender::end(const std::vector<ExperimentEnd>& ends) {
  transact([&] {
    SQLite::Statement add{database_,
                          "INSERT INTO experiment_ends (experiment, version, ended_ms) VALUES (?, ?, ?) "
                          "ON CONFLICT DO UPDATE SET ended_ms = excluded.ended_ms WHERE excluded.ended_ms < ended_ms"};
    for (const ExperimentEnd& one : ends) {
      add.bind(1, one.experiment);
      add.bind(2, one.version);
      add.bind(3, one.at.ms);
      run(add);
    }
  });
}

void Appender::record(const Run& run) {
  transact([&] { insert_run(database_, run); });
}

void Appender::insert(const EventBatch& batch) {
  for (const Exposure& exposure : batch.exposures) insert(exposure);
  for (const Playback& playback : batch.playbacks) insert(playback);
  for (const Session& session : batch.sessions) insert(session);
  for (const CustomEvent& event : batch.events) insert(event);
  if (!batch.ids.empty()) insert(batch.ids);
}

void Appender::insert(const Playback& playback) {
  bind_unit(playback_, 1, playback.unit);
  playback_.bind(2, playback.session.value);
  playback_.bind(3, playback.position);
  playback_.bind(4, playback.track.value);
  playback_.bind(5, playback.fraction);
  if (const auto& recommended = playback.recommended) {
    playback_.bind(6, recommended->track.value);
    // An imported log says neither who chose nor how likely it was.
    if (recommended->recommender.empty()) {
      playback_.bind(7);
    } else {
      playback_.bindNoCopy(7, recommended->recommender);
    }
    const bool known = recommended->propensity > 0;
    bind_optional(playback_, 8, known ? std::optional(recommended->propensity) : std::nullopt);
  } else {
    for (const int index : {6, 7, 8}) playback_.bind(index);
  }
  bind_optional(playback_, 9, playback.latency_ms);
  playback_.bind(10, playback.at.ms);
  run(playback_);
  pending_.last_row = database_.getLastInsertRowid();
}

void Appender::insert(const Session& session) {
  session_.bind(1, session.id.value);
  bind_unit(session_, 2, session.unit);
  session_.bind(3, session.tracks);
  session_.bind(4, session.time);
  bind_optional(session_, 5, session.latency_ms);
  session_.bindNoCopy(6, session.end == SessionEnd::last ? kLast : kTimeout);
  session_.bind(7, session.started.ms);
  session_.bind(8, session.ended.ms);
  bind_json(session_, 9, session.properties);
  run(session_);
}

void Appender::insert(const Exposure& exposure) {
  exposure_.bindNoCopy(1, exposure.experiment);
  exposure_.bind(2, exposure.version);
  bind_unit(exposure_, 3, exposure.unit);
  exposure_.bindNoCopy(4, exposure.variant);
  exposure_.bind(5, exposure.first_seen.ms);
  bind_optional(exposure_, 6, exposure.last_seen);
  bind_json(exposure_, 7, exposure.attributes);
  run(exposure_);
}

void Appender::insert(const CustomEvent& event) {
  bind_unit(event_, 1, event.unit);
  event_.bindNoCopy(2, event.name);
  event_.bind(3, event.value);
  event_.bind(4, event.at.ms);
  bind_json(event_, 5, event.properties);
  run(event_);
}

void Appender::insert(const std::vector<LoggedId>& ids) {
  std::array<unsigned char, kHashBytes> hash;
  for (const LoggedId& id : ids) {
    write_hash(id, hash);
    id_.bindNoCopy(1, hash.data(), static_cast<int>(hash.size()));
    id_.bind(2, id.at.ms);
    run(id_);
  }
  // Twice as many of those that are too old as there are new ones: so the table does not grow for ever, and no commit
  // takes long.
  drop_ids(database_, {ids.back().at.ms - kIdsKeptMs}, 2 * ids.size());
}

// All by what stands in the store, so that rows count that another program has added.
void Appender::move_recovery_mark() {
  const auto run_with = [this](const char* sql, std::int64_t first, std::int64_t second) {
    SQLite::Statement statement{database_, sql};
    statement.bind(1, first);
    if (statement.getBindParameterCount() > 1) statement.bind(2, second);
    statement.exec();
  };
  const auto asked = [this](const char* sql, std::int64_t bound) -> std::optional<std::int64_t> {
    SQLite::Statement statement{database_, sql};
    statement.bind(1, bound);
    if (!statement.executeStep() || statement.getColumn(0).isNull()) return std::nullopt;
    return integer_at(statement.getColumn(0));
  };
  const std::int64_t listed = database_.execAndGet("SELECT MAX(settled, listed) FROM recovery").getInt64();
  const std::int64_t to = std::max(listed, pending_.last_row - kTail);
  run_with(
      "INSERT OR IGNORE INTO open_playbacks SELECT id, session FROM playbacks WHERE id > ? AND id <= ? "
      "AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session)",
      listed, to);
  sweep();
  auto first = asked(
      "SELECT playback FROM open_playbacks WHERE playback <= ? "
      "AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = open_playbacks.session) ORDER BY playback "
      "LIMIT 1",
      to);
  if (!first) {
    first = asked(
        "SELECT id FROM playbacks WHERE id > ? "
        "AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session) ORDER BY id LIMIT 1",
        to);
  }
  const std::int64_t settled = first ? *first - 1 : pending_.last_row;
  run_with("DELETE FROM open_playbacks WHERE playback <= ?", settled, 0);
  run_with("UPDATE recovery SET settled = ?, listed = ?", settled, to);
  pending_.marked_row = pending_.last_row;
}

// Takes from the list, part after part, what belongs to sessions that have ended: behind one that stays open for long,
// they would only become more.
void Appender::sweep() {
  SQLite::Statement some{database_,
                         "SELECT MAX(playback) FROM (SELECT playback FROM open_playbacks WHERE playback > ? ORDER BY "
                         "playback LIMIT ?)"};
  some.bind(1, swept_);
  some.bind(2, kSwept);
  some.executeStep();
  const bool at_end = some.getColumn(0).isNull();
  const std::int64_t to = at_end ? 0 : some.getColumn(0).getInt64();
  some.reset();
  SQLite::Statement drop{database_,
                         "DELETE FROM open_playbacks WHERE playback > ? AND playback <= ? "
                         "AND EXISTS (SELECT 1 FROM sessions WHERE sessions.session = open_playbacks.session)"};
  drop.bind(1, swept_);
  drop.bind(2, to);
  drop.exec();
  swept_ = to;  // also where this transaction fails: another round comes
}

}  // namespace crossfade::storage::sqlite
