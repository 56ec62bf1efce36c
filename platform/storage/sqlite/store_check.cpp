#include "platform/storage/sqlite/store_check.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <functional>
#include <string_view>
#include <system_error>

#include "platform/core/error.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage {

namespace {

// Rows that SQLite names, of many: the first say where to look.
constexpr int kMostFaults = 5;

// A rule for each row of a table.
struct Rule {
  std::string_view holds;  // SQL
  std::string_view words;  // of rows that break it
};

struct TableRules {
  std::string_view table;
  std::string_view key;  // names a row, in SQL
  std::vector<Rule> rules;
  std::string_view object = {};  // a column of JSON objects, which a store of an older schema has not got
};

// Times that a clock may show: from 1970 up to the year 10000. A time in microseconds is past that.
#define PLAUSIBLE(column) #column " BETWEEN 0 AND 253402300799999"
#define FINITE(column) #column " BETWEEN -1e308 AND 1e308"

const std::vector<TableRules>& all_rules() {
  static const std::vector<TableRules> all{
      {"playbacks",
       "id",
       {{"fraction BETWEEN 0 AND 1", "a fraction outside 0..1"},
        {"position >= 0", "a negative position"},
        {"track BETWEEN 0 AND 4294967295", "a track outside 0..4294967295"},
        {"recommended IS NULL OR recommended BETWEEN 0 AND 4294967295", "a recommended track outside 0..4294967295"},
        {"propensity IS NULL OR propensity BETWEEN 0 AND 1", "a propensity outside 0..1"},
        {"latency_ms IS NULL OR " FINITE(latency_ms), "an infinite latency"},
        {PLAUSIBLE(at_ms), "a time outside the years 1970 to 9999"}}},
      {"sessions",
       "session",
       {{"tracks >= 0", "a negative number of tracks"},
        {"time BETWEEN 0 AND 1e308", "a time that is negative or infinite"},
        {"latency_ms IS NULL OR " FINITE(latency_ms), "an infinite latency"},
        {"ended_ms >= started_ms", "an end before the start"},
        {PLAUSIBLE(started_ms) " AND " PLAUSIBLE(ended_ms), "a time outside the years 1970 to 9999"}},
       "properties"},
      {"exposures",
       "experiment || ' ' || version || ' ' || unit",
       {{"version >= 1", "a version below 1"},
        {"last_seen_ms IS NULL OR last_seen_ms >= first_seen_ms", "a last_seen before the first_seen"},
        {PLAUSIBLE(first_seen_ms), "a time outside the years 1970 to 9999"}},
       "attributes"},
      {"events",
       "id",
       {{FINITE(value), "an infinite value"}, {PLAUSIBLE(at_ms), "a time outside the years 1970 to 9999"}},
       "properties"},
      {"logged_ids",
       "id",
       {{"length(hash) = 16", "an id that is no hash of 16 bytes"},
        {PLAUSIBLE(at_ms), "a time outside the years 1970 to 9999"}}},
      {"looks", "id", {{"units >= 0", "a negative number of units"}}},
      {"experiment_ends",
       "experiment || ' ' || version",
       {{"version >= 1", "a version below 1"}, {PLAUSIBLE(ended_ms), "a time outside the years 1970 to 9999"}}},
      {"runs", "id", {{PLAUSIBLE(since_ms), "a time outside the years 1970 to 9999"}}},
      {"planned_sizes",
       "id",
       {{"units >= 1", "a planned number of units below 1"}, {"from_units >= 0", "a negative number of units"}}},
      {"calls",
       "id",
       {{"version >= 1", "a version below 1"},
        {"units >= 0", "a negative number of units"},
        {PLAUSIBLE(data_through_ms), "a time outside the years 1970 to 9999"}}}};
  return all;
}

#undef PLAUSIBLE
#undef FINITE

class Checks {
 public:
  Checks(SQLite::Database& database, CheckDepth depth) : database_(database), depth_(depth) {}

  std::vector<StoreCheck> run() {
    check(depth_ == CheckDepth::full ? "integrity of the file" : "integrity of the file (quick)",
          [this](StoreCheck& result) { ask_sqlite(result); });
    for (const TableRules& of : all_rules()) {
      if (!sqlite::has_table(database_, std::string(of.table))) continue;
      check(std::string(of.table), [&](StoreCheck& result) { check_rows(of, result); });
    }
    check("recovery", [this](StoreCheck& result) { check_recovery(result); });
    if (depth_ == CheckDepth::full) check_across();
    return std::move(checks_);
  }

 private:
  // What SQLite cannot read is a fault, too, and no reason to leave the rest out.
  void check(std::string name, const std::function<void(StoreCheck&)>& look) {
    StoreCheck& result = checks_.emplace_back(std::move(name));
    try {
      look(result);
    } catch (const SQLite::Exception& exception) {
      result.faults.emplace_back(exception.what());
    }
  }

  void ask_sqlite(StoreCheck& result) {
    SQLite::Statement rows{
        database_,
        fmt::format("PRAGMA {}({})", depth_ == CheckDepth::full ? "integrity_check" : "quick_check", kMostFaults)};
    while (rows.executeStep()) {
      if (const std::string text = rows.getColumn(0).getString(); text != "ok") result.faults.push_back(text);
    }
  }

  // One pass, whatever the number of rules. Objects are read at the full depth only: that takes longer than all others.
  void check_rows(const TableRules& of, StoreCheck& result) {
    std::string columns;
    std::vector<Rule> rules = of.rules;
    const std::string object(of.object);
    const std::string is_object =
        fmt::format("{0} IS NULL OR CASE WHEN json_valid({0}) THEN json_type({0}) = 'object' END", object);
    const bool reads = depth_ == CheckDepth::full && !object.empty() &&
                       sqlite::column_or_null(database_, std::string(of.table), object) == object;
    if (reads) rules.push_back({.holds = is_object, .words = "properties or attributes that are no object of JSON"});
    for (const Rule& rule : rules) {
      columns += fmt::format("{0}COUNT(*) FILTER (WHERE ({1}) IS NOT TRUE), MIN({2}) FILTER (WHERE ({1}) IS NOT TRUE)",
                             columns.empty() ? "" : ", ", rule.holds, of.key);
    }
    SQLite::Statement counts{database_, fmt::format("SELECT {} FROM {}", columns, of.table)};
    counts.executeStep();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const int column = static_cast<int>(2 * i);
      add(counts, column, rules[i].words, result);
    }
  }

  bool has_list() { return sqlite::has_table(database_, "open_playbacks"); }

  void check_recovery(StoreCheck& result) {
    const auto rows = database_.execAndGet("SELECT COUNT(*) FROM recovery").getInt64();
    if (rows != 1) {
      result.faults.push_back(fmt::format("{} rows, want one", rows));
      return;
    }
    const auto last = database_.execAndGet("SELECT COALESCE(MAX(id), 0) FROM playbacks").getInt64();
    for (const std::string_view mark : {"settled", "listed"}) {
      if (mark == "listed" && !has_list()) continue;
      const auto id = database_.execAndGet(fmt::format("SELECT {} FROM recovery", mark)).getInt64();
      if (id >= 0 && id <= last) continue;
      result.faults.push_back(fmt::format("{} is {}, want 0 to {}, the last playback's id", mark, id, last));
    }
  }

  void check_across() {
    check_query("playbacks up to recovery.settled",
                "SELECT COUNT(*), MIN(id) FROM playbacks WHERE id <= (SELECT settled FROM recovery) "
                "AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session)",
                "a session that has not ended");
    if (has_list()) {
      check_query("playbacks up to recovery.listed",
                  "SELECT COUNT(*), MIN(id) FROM playbacks WHERE id > (SELECT settled FROM recovery) "
                  "AND id <= (SELECT listed FROM recovery) "
                  "AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session) "
                  "AND NOT EXISTS (SELECT 1 FROM open_playbacks WHERE open_playbacks.playback = playbacks.id)",
                  "an open session and no row in open_playbacks");
    }
    check_query("units of sessions",
                "SELECT COUNT(*), MIN(playbacks.id) FROM playbacks CROSS JOIN sessions USING (session) "
                "WHERE playbacks.unit <> sessions.unit",
                "another unit than their session");
  }

  void check_query(std::string name, const std::string& sql, std::string_view words) {
    check(std::move(name), [&](StoreCheck& result) {
      SQLite::Statement counts{database_, sql};
      counts.executeStep();
      add(counts, 0, words, result);
    });
  }

  static void add(SQLite::Statement& counts, int column, std::string_view words, StoreCheck& result) {
    const auto rows = counts.getColumn(column).getInt64();
    if (rows == 0) return;
    result.faults.push_back(fmt::format("{} {} {}, the first is {}", rows, rows == 1 ? "row has" : "rows have", words,
                                        counts.getColumn(column + 1).getString()));
  }

  SQLite::Database& database_;
  const CheckDepth depth_;
  std::vector<StoreCheck> checks_;
};

}  // namespace

std::vector<StoreCheck> check_store(const std::filesystem::path& file, CheckDepth depth) {
  const auto database = sqlite::open_to_read(sqlite::StoreFile(file));
  return sqlite::translated(file, [&] {
    SQLite::Transaction transaction{*database};
    return Checks(*database, depth).run();
  });
}

void require_sound_store(const std::filesystem::path& file) {
  std::error_code absent;
  if (std::filesystem::is_regular_file(file, absent) && std::filesystem::file_size(file, absent) == 0) return;
  if (!std::filesystem::exists(file, absent)) return;
  for (const StoreCheck& check : check_store(file, CheckDepth::quick)) {
    if (check.faults.empty()) continue;
    throw Error::user(fmt::format("{}: damaged: {}: {}; `crossfade store check` says all, want a sound store",
                                  file.string(), check.name, check.faults.front()));
  }
}

}  // namespace crossfade::storage
