#include "platform/storage/sqlite/event_log_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "platform/core/run.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/query/sqlite_ends.h"
#include "platform/storage/sqlite/query/sqlite_runs.h"
#include "platform/storage/sqlite/sqlite_playbacks.h"

namespace crossfade::storage {

namespace {

using sqlite::integer_at;
using Number = std::uint32_t;

// A unit in a variant of an experiment's latest version.
struct Seen {
  Number experiment = 0;
  Number variant = 0;
  std::int64_t first = 0;
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  bool counted = false;  // some session counts for it
};

// The latest version of an experiment.
struct LatestVersion {
  std::string key;
  int version = 1;
  std::int64_t ended = std::numeric_limits<std::int64_t>::max();
  std::vector<Pause> paused;
  std::vector<std::string> variants;
};

// Who is in what, and which sets of variants there are.
class LogExposures {
 public:
  LogExposures(SQLite::Database& database, std::vector<std::vector<LoggedVariant>>& sets) : sets_(sets) {
    read_versions(database);
    read_exposures(database);
  }

  // The set of what a session of the unit that began at `started` counts for.
  std::size_t set_of(const UnitId& unit, std::int64_t started) {
    const auto seen = seen_.find(unit);
    std::vector<std::pair<Number, Number>> set;
    if (seen != seen_.end()) {
      for (Seen& one : seen->second) {  // by experiment, then by time
        const LatestVersion& version = versions_[one.experiment];
        if (one.first > started || started > std::min(one.last, version.ended)) continue;
        if (is_paused(version.paused, {started})) continue;
        one.counted = true;
        if (!set.empty() && set.back().first == one.experiment) set.pop_back();
        set.emplace_back(one.experiment, one.variant);
      }
    }
    const auto [known, is_new] = numbers_.try_emplace(set, sets_.size());
    if (is_new) {
      std::vector<LoggedVariant>& named = sets_.emplace_back();
      for (const auto& [experiment, variant] : set) {
        named.push_back({versions_[experiment].key, versions_[experiment].variants[variant]});
      }
    }
    return known->second;
  }

  std::int64_t silent() const {
    std::int64_t silent = 0;
    for (const auto& [unit, all] : seen_) silent += std::ranges::count(all, false, &Seen::counted);
    return silent;
  }
  std::int64_t older() const { return older_; }

 private:
  void read_versions(SQLite::Database& database) {
    SQLite::Statement rows{database, "SELECT experiment, MAX(version) FROM exposures WHERE 1" +
                                         sqlite::and_not_excluded(database, "exposures") +
                                         " GROUP BY experiment ORDER BY experiment"};
    while (rows.executeStep()) {
      versions_.push_back(
          {.key = rows.getColumn(0).getString(), .version = rows.getColumn(1).getInt(), .paused = {}, .variants = {}});
    }
    const std::vector<Run> all = sqlite::runs(database);
    for (LatestVersion& version : versions_) version.paused = pauses_of(all, version.key);
    for (const ExperimentEnd& end : sqlite::experiment_ends(database)) {
      for (LatestVersion& version : versions_) {
        if (version.key == end.experiment && version.version == end.version) version.ended = end.at.ms;
      }
    }
  }

  void read_exposures(SQLite::Database& database) {
    SQLite::Statement rows{database,
                           "SELECT unit, variant, first_seen_ms, last_seen_ms FROM exposures "
                           "WHERE experiment = ? AND version = ?" +
                               sqlite::and_not_excluded(database, "exposures") +
                               " ORDER BY unit, first_seen_ms, variant"};
    SQLite::Statement older{database, "SELECT COUNT(*) FROM exposures WHERE experiment = ? AND version < ?" +
                                          sqlite::and_not_excluded(database, "exposures")};
    for (Number i = 0; i < versions_.size(); ++i) {
      LatestVersion& version = versions_[i];
      rows.reset();
      rows.bind(1, version.key);
      rows.bind(2, version.version);
      while (rows.executeStep()) {
        const std::int64_t first = integer_at(rows.getColumn(2));
        if (first > version.ended) continue;
        const std::string variant = rows.getColumn(1).getString();
        const auto place = std::ranges::find(version.variants, variant) - version.variants.begin();
        if (place == std::ssize(version.variants)) version.variants.push_back(variant);
        Seen& seen = seen_[sqlite::unit_of(rows.getColumn(0))].emplace_back();
        seen.experiment = i;
        seen.variant = static_cast<Number>(place);
        seen.first = first;
        if (!rows.isColumnNull(3)) seen.last = integer_at(rows.getColumn(3));
      }
      older.reset();
      older.bind(1, version.key);
      older.bind(2, version.version);
      older.executeStep();
      older_ += older.getColumn(0).getInt64();
    }
  }

  std::vector<std::vector<LoggedVariant>>& sets_;
  std::vector<LatestVersion> versions_;
  std::unordered_map<UnitId, std::vector<Seen>> seen_;
  std::map<std::vector<std::pair<Number, Number>>, std::size_t> numbers_;
  std::int64_t older_ = 0;
};

// Sessions that have not ended.
struct OpenSessions {
  std::unordered_map<std::int64_t, std::int64_t> started;  // by session
  std::unordered_set<std::int64_t> abandoned;              // their unit has begun a later one
};

OpenSessions open_sessions_of(SQLite::Database& database) {
  OpenSessions open;
  struct Latest {
    std::int64_t session = 0;
    std::int64_t started = 0;
  };
  std::unordered_map<UnitId, Latest> latest;
  SQLite::Statement rows{database,
                         "SELECT session, unit, MIN(at_ms) FROM playbacks "
                         "WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = playbacks.session) "
                         "GROUP BY session ORDER BY session"};
  while (rows.executeStep()) {
    const std::int64_t session = integer_at(rows.getColumn(0));
    const std::int64_t started = integer_at(rows.getColumn(2));
    open.started.emplace(session, started);
    const auto [known, is_new] = latest.try_emplace(sqlite::unit_of(rows.getColumn(1)), Latest{session, started});
    if (is_new) continue;
    const bool later = started >= known->second.started;
    open.abandoned.insert(later ? known->second.session : session);
    if (later) known->second = {session, started};
  }
  if (latest.empty()) return open;
  SQLite::Statement ended{database, "SELECT unit, MAX(started_ms) FROM sessions GROUP BY unit"};
  while (ended.executeStep()) {
    const auto found = latest.find(sqlite::unit_of(ended.getColumn(0)));
    if (found == latest.end()) continue;
    if (integer_at(ended.getColumn(1)) > found->second.started) open.abandoned.insert(found->second.session);
  }
  return open;
}

std::string of_session(const char* column) {
  return fmt::format(", (SELECT {} FROM sessions WHERE sessions.session = playbacks.session)", column);
}

void require_integers(SQLite::Database& database, const std::filesystem::path& file) {
  SQLite::Statement others{database,
                           "SELECT COUNT(DISTINCT unit), MIN(unit) FROM playbacks WHERE typeof(unit) <> 'integer'"};
  others.executeStep();
  const std::int64_t count = others.getColumn(0).getInt64();
  if (count == 0) return;
  throw Error::user(
      fmt::format("{}: {} {} no integer, such as \"{}\", and users of such a log are integers; want "
                  "--lenient to leave them out",
                  file.string(), count, count == 1 ? "unit is" : "units are", others.getColumn(1).getString()));
}

}  // namespace

EventLogTotals EventLog::for_each(const std::function<void(const LoggedEvent&)>& take) {
  const sqlite::StoreFile store{file_};
  const auto database = sqlite::open_to_read(store);
  EventLogTotals totals;
  // What `take` throws is no SQLite::Exception, and passes through.
  sqlite::translated(file_, [&] {
    const SQLite::Transaction one_state{*database};
    if (units_ == Units::integers) require_integers(*database, file_);
    LogExposures exposures(*database, experiments_);
    const OpenSessions open = open_sessions_of(*database);
    const bool excludes = sqlite::has_exclusions(*database);
    // A session is left out as a whole, by its row or, before it has one, by when it began.
    const std::string counts = excludes ? sqlite::not_excluded_sql("sessions", "") : "1";
    SQLite::Statement counted{*database,
                              "SELECT " + counts + " FROM (SELECT ? AS unit, ? AS session, ? AS started_ms)"};
    SQLite::Statement rows{*database, std::string("SELECT ") + sqlite::kPlaybackColumns + of_session("tracks") +
                                          of_session("started_ms") + of_session("end_reason") +
                                          ", typeof(unit) FROM playbacks ORDER BY id"};
    while (rows.executeStep()) {
      const bool ended = !rows.isColumnNull(10);
      const Playback playback = sqlite::playback_of(rows);
      const bool is_last = ended && playback.position + 1 == rows.getColumn(10).getInt();
      const std::int64_t started = ended ? integer_at(rows.getColumn(11)) : open.started.at(playback.session.value);
      if (rows.getColumn(13).getString() != "integer") {
        ++totals.other_units;
        continue;
      }
      if (excludes) {
        counted.reset();
        sqlite::bind_unit(counted, 1, playback.unit);
        counted.bind(2, playback.session.value);
        counted.bind(3, started);
        counted.executeStep();
        if (counted.getColumn(0).getInt() == 0) {
          if (playback.position == 0) ++totals.excluded_sessions;
          continue;
        }
      }
      if (!ended && open.abandoned.contains(playback.session.value)) {
        if (playback.position == 0) ++totals.abandoned_sessions;
        continue;
      }
      ++totals.events;
      if (is_last) ++totals.sessions;
      if (!ended && playback.position == 0) ++totals.open_sessions;
      if (is_last && rows.getColumn(12).getString() == "timeout") ++totals.timeouts;
      take({.playback = playback, .is_last = is_last, .experiments = exposures.set_of(playback.unit, started)});
    }
    totals.silent_exposures = exposures.silent();
    totals.older_versions = exposures.older();
  });
  return totals;
}

}  // namespace crossfade::storage
