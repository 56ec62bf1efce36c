#include "platform/storage/sqlite/sqlite_store.h"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "platform/core/error.h"
#include "platform/core/mutex.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/database/logged_ids_table.h"
#include "platform/storage/sqlite/database/sqlite_checkpointer.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"
#include "platform/storage/sqlite/database/store_file.h"
#include "platform/storage/sqlite/query/event_names.h"
#include "platform/storage/sqlite/query/metric_sql.h"
#include "platform/storage/sqlite/query/sqlite_configurations.h"
#include "platform/storage/sqlite/query/sqlite_ends.h"
#include "platform/storage/sqlite/query/sqlite_memberships.h"
#include "platform/storage/sqlite/query/sqlite_runs.h"
#include "platform/storage/sqlite/query/sqlite_traffic.h"
#include "platform/storage/sqlite/query/sqlite_unit_tables.h"
#include "platform/storage/sqlite/sqlite_append.h"
#include "platform/storage/sqlite/sqlite_exclusions.h"
#include "platform/storage/sqlite/sqlite_looks.h"
#include "platform/storage/sqlite/sqlite_recover.h"
#include "platform/storage/sqlite/sqlite_unit_history.h"
#include "platform/storage/sqlite/store_check.h"

namespace crossfade::storage {

namespace {

constexpr std::int64_t kPageBytes = 4096;

std::unique_ptr<sqlite::WriterLock> locked(const std::filesystem::path& name, const SqliteStore::Options& options) {
  if (options.access != SqliteStore::Access::write) return nullptr;
  auto lock = std::make_unique<sqlite::WriterLock>(name);
  if (options.require_sound) require_sound_store(name);
  return lock;
}

bool has_any(SQLite::Database& database, const std::string& rows) {
  return database.execAndGet("SELECT EXISTS (SELECT 1 FROM " + rows + ")").getInt() != 0;
}

// What a store that is written has besides.
struct WritingSide {
  WritingSide(const sqlite::StoreFile& file, const SqliteStore::Options& options, Mutex& writing)
      : database(
            sqlite::open_to_write(file, options.durability == SqliteStore::Durability::machine ? "FULL" : "NORMAL")),
        appender(*database, file),
        checkpointer(file, *database, writing, {.pages_at_most = options.log_pages_at_most, .say = options.say}) {
    database->setBusyTimeout(static_cast<int>(options.lock_wait.count()));
    database->exec("PRAGMA journal_size_limit = " + std::to_string(kPageBytes * options.log_pages_at_most));
  }

  std::unique_ptr<SQLite::Database> database;
  sqlite::Appender appender;
  sqlite::Checkpointer checkpointer;
};

}  // namespace

struct SqliteStore::State {
  State(const std::filesystem::path& name, const Options& options)
      : lock(locked(name, options)),
        file(name),
        writer(lock ? sqlite::translated(name, [&] { return std::make_unique<WritingSide>(file, options, writing); })
                    : nullptr),
        readers(file) {
    if (lock) file.want_log();
  }

  // `write(appender)`, one thread at a time.
  template <typename Write>
  void write_with(Write write) {
    sqlite::translated(file.name(), [&] {
      const MutexLock lock_writing{writing};
      assert(writer && "the store is open for reading");
      write(writer->appender);
    });
  }

  // First made, last closed: see WriterLock.
  const std::unique_ptr<sqlite::WriterLock> lock;
  sqlite::StoreFile file;
  Mutex writing;
  std::unique_ptr<WritingSide> writer CROSSFADE_GUARDED_BY(writing) CROSSFADE_PT_GUARDED_BY(writing);
  sqlite::Readers readers;  // closed before the writer, which leaves a single file behind
  sqlite::UnitHistories histories;
  sqlite::EventNames event_names;
  Mutex watching;
  // Made when it is first needed; closed before the writer, too.
  std::unique_ptr<SQLite::Database> watcher CROSSFADE_GUARDED_BY(watching) CROSSFADE_PT_GUARDED_BY(watching);
  int watched CROSSFADE_GUARDED_BY(watching) = 0;
  std::uint64_t revision CROSSFADE_GUARDED_BY(watching) = 0;
};

SqliteStore::SqliteStore(const std::filesystem::path& file, Options options)
    : state_(std::make_unique<State>(file, options)) {}

SqliteStore::~SqliteStore() = default;

void SqliteStore::append(const EventBatch& batch) {
  if (batch.empty()) return;
  state_->write_with([&](sqlite::Appender& appender) { appender.append(batch); });
}

void SqliteStore::probe() {
  check();
  state_->write_with([](sqlite::Appender& appender) { appender.probe(); });
}

void SqliteStore::check() {
  try {
    state_->file.require_in_place();
  } catch (const Error&) {
    const MutexLock lock{state_->writing};
    if (state_->writer) {
      // By the descriptors that are open, never by name. Truncated, so that a log that is left where the file was can
      // change nothing when the file is back.
      sqlite3_wal_checkpoint_v2(state_->writer->database->getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                nullptr);
    }
    throw;
  }
}

void SqliteStore::import(const std::vector<ImportedFile>& files, const std::function<bool(EventBatch&)>& next_batch) {
  state_->write_with([&](sqlite::Appender& appender) { appender.import(files, next_batch); });
}

void SqliteStore::record_configuration(const StoredConfiguration& configuration) {
  state_->write_with([&](sqlite::Appender& appender) { appender.record(configuration); });
}

void SqliteStore::end_experiments(const std::vector<ExperimentEnd>& ends) {
  if (ends.empty()) return;
  state_->write_with([&](sqlite::Appender& appender) { appender.end(ends); });
}

std::vector<ExperimentEnd> SqliteStore::experiment_ends() const {
  return state_->readers(sqlite::experiment_ends);
}

void SqliteStore::record_run(const Run& run) {
  state_->write_with([&](sqlite::Appender& appender) { appender.record(run); });
}

std::vector<Run> SqliteStore::runs() const {
  return state_->readers(sqlite::runs);
}

std::vector<UnitTable> SqliteStore::unit_tables(const AggregateQuery& query) const {
  return state_->readers([&](SQLite::Database& database) { return sqlite::unit_tables(database, query); });
}

std::vector<ExperimentAggregate> SqliteStore::aggregate(const AggregateQuery& query) const {
  constexpr std::size_t kMany = 16;
  std::vector<std::string> keys = query.experiments;
  if (keys.empty()) {
    keys =
        state_->readers([&](SQLite::Database& database) { return sqlite::known_experiments(database, query.until); });
  }
  if (keys.size() < kMany) return EventStore::aggregate(query);
  const auto part = [&](std::size_t begin, std::size_t end) {
    AggregateQuery some = query;
    some.experiments.assign(keys.begin() + static_cast<std::ptrdiff_t>(begin),
                            keys.begin() + static_cast<std::ptrdiff_t>(end));
    return EventStore::aggregate(some);
  };
  const std::size_t half = keys.size() / 2;
  auto second = std::async(std::launch::async, part, half, keys.size());
  std::vector<ExperimentAggregate> all = part(0, half);
  std::ranges::move(second.get(), std::back_inserter(all));
  return all;
}

std::vector<std::string> SqliteStore::known_experiments() const {
  return state_->readers([](SQLite::Database& database) { return sqlite::known_experiments(database, std::nullopt); });
}

void SqliteStore::interrupt() {
  state_->readers.interrupt();
}

std::string SqliteStore::metric_sql(const MetricDefinition& metric, const SqlScope& scope) const {
  return storage::metric_sql(metric, scope, state_->readers(sqlite::has_exclusions));
}

Traffic SqliteStore::traffic(const TrafficQuery& query) const {
  return state_->readers([&](SQLite::Database& database) { return sqlite::traffic(database, query); });
}

void SqliteStore::record_look(const Look& look) {
  // Most looks are at what was seen already: they need not wait for who writes.
  const bool known = state_->readers([&](SQLite::Database& database) { return sqlite::has_look(database, look); });
  if (!known) sqlite::record_look(state_->file, look);
}

std::int64_t SqliteStore::exclude(const Exclusion& exclusion) {
  return sqlite::exclude(state_->file, exclusion);
}

void SqliteStore::undo_exclusion(std::int64_t id, Timestamp at) {
  sqlite::undo_exclusion(state_->file, id, at);
}

std::vector<Exclusion> SqliteStore::exclusions() const {
  return state_->readers(sqlite::exclusions);
}

std::vector<Look> SqliteStore::looks() const {
  return state_->readers(sqlite::looks);
}

void SqliteStore::record_planned_size(const PlannedSize& size) {
  sqlite::record_planned_size(state_->file, size);
}

std::vector<PlannedSize> SqliteStore::planned_sizes() const {
  return state_->readers(sqlite::planned_sizes);
}

void SqliteStore::record_call(const Call& call) {
  const bool known = state_->readers([&](SQLite::Database& database) { return sqlite::has_call(database, call); });
  if (!known) sqlite::record_call(state_->file, call);
}

std::vector<Call> SqliteStore::calls() const {
  return state_->readers(sqlite::calls);
}

bool SqliteStore::holds_real_listeners() const {
  return state_->readers([](SQLite::Database& database) {
    return has_any(database, "imports") || (sqlite::has_table(database, "events") && has_any(database, "events")) ||
           has_any(database, "sessions WHERE latency_ms IS NOT NULL") ||
           has_any(database, "playbacks WHERE latency_ms IS NOT NULL");
  });
}

bool SqliteStore::holds_simulated_listeners() const {
  return state_->readers([](SQLite::Database& database) {
    return has_any(database, "playbacks WHERE latency_ms IS NULL AND recommender IS NOT NULL");
  });
}

std::uint64_t SqliteStore::revision() const {
  return sqlite::translated(state_->file.name(), [&] {
    const MutexLock lock{state_->watching};
    if (!state_->watcher) state_->watcher = sqlite::open_again_to_read(state_->file);
    // SQLite's counter changes with each commit of another connection; this one never writes.
    const int version = state_->watcher->execAndGet("PRAGMA data_version").getInt();
    if (version != state_->watched) ++state_->revision;
    state_->watched = version;
    return state_->revision;
  });
}

void SqliteStore::visit_exposures(const std::function<void(const Exposure&)>& visit) const {
  state_->readers([&](SQLite::Database& database) {
    SQLite::Statement rows{database, "SELECT unit, experiment, version, variant, first_seen_ms, last_seen_ms, " +
                                         sqlite::column_or_null(database, "exposures", "attributes") +
                                         " FROM exposures"};
    Exposure exposure;  // one for all: their texts are short, and need no memory of their own
    while (rows.executeStep()) {
      exposure.unit = sqlite::unit_of(rows.getColumn(0));
      exposure.experiment = sqlite::text_of(rows.getColumn(1));
      exposure.version = rows.getColumn(2).getInt();
      exposure.variant = sqlite::text_of(rows.getColumn(3));
      exposure.first_seen = {rows.getColumn(4).getInt64()};
      const SQLite::Column last_seen = rows.getColumn(5);
      exposure.last_seen = last_seen.isNull() ? std::nullopt : std::optional(Timestamp{last_seen.getInt64()});
      exposure.attributes = sqlite::text_or_empty(rows.getColumn(6));
      visit(exposure);
    }
    return true;
  });
}

void SqliteStore::visit_ids(Timestamp since, const std::function<void(const LoggedId&)>& visit) const {
  state_->readers([&](SQLite::Database& database) {
    sqlite::visit_ids(database, since, visit);
    return true;
  });
}

std::vector<EventName> SqliteStore::event_names() const {
  return state_->readers([&](SQLite::Database& database) { return state_->event_names.read(database); });
}

void SqliteStore::visit_units(const std::function<void(const UnitId&, const std::string&)>& visit) const {
  state_->readers([&](SQLite::Database& database) {
    // Beside MAX, SQLite takes the other columns from the row that has it.
    const std::string attributes = sqlite::column_or_null(database, "exposures", "attributes");
    SQLite::Statement rows{database, "SELECT unit, attributes, MAX(known) FROM (SELECT unit, " + attributes +
                                         " AS attributes, CASE WHEN " + attributes +
                                         " IS NOT NULL THEN first_seen_ms END AS known FROM exposures "
                                         "UNION ALL SELECT DISTINCT unit, NULL, NULL FROM sessions) GROUP BY unit"};
    while (rows.executeStep()) {
      visit(sqlite::unit_of(rows.getColumn(0)), std::string(sqlite::text_or_empty(rows.getColumn(1))));
    }
    return true;
  });
}

UnitHistory SqliteStore::unit_history(const UnitId& unit, const UnitHistoryLimits& limits) const {
  return state_->readers([&](SQLite::Database& database) { return state_->histories.read(database, unit, limits); });
}

std::vector<OpenSession> SqliteStore::open_sessions() const {
  return state_->readers(sqlite::open_sessions);
}

void SqliteStore::visit_listens(const std::function<bool(const UnitId&, const Listen&)>& visit) const {
  state_->readers([&](SQLite::Database& database) {
    sqlite::visit_listens(database, visit);
    return true;
  });
}

SessionId SqliteStore::last_session() const {
  return state_->readers(sqlite::last_session);
}

std::optional<Timestamp> SqliteStore::last_playback() const {
  return state_->readers(sqlite::last_playback);
}

std::vector<ServedFile> SqliteStore::served_files() const {
  return state_->readers(sqlite::served_files);
}

std::vector<StoredConfiguration> SqliteStore::configurations() const {
  return state_->readers(sqlite::configurations);
}

std::vector<ImportedFile> SqliteStore::imports() const {
  return state_->readers([](SQLite::Database& database) {
    SQLite::Statement rows{database, "SELECT file, checksum, events, imported_ms FROM imports ORDER BY rowid"};
    std::vector<ImportedFile> imports;
    while (rows.executeStep()) {
      imports.push_back({.file = rows.getColumn(0).getString(),
                         .checksum = rows.getColumn(1).getString(),
                         .events = rows.getColumn(2).getInt64(),
                         .imported = {rows.getColumn(3).getInt64()}});
    }
    return imports;
  });
}

}  // namespace crossfade::storage
