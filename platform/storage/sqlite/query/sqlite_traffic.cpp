#include "platform/storage/sqlite/query/sqlite_traffic.h"

#include <utility>

#include "platform/storage/scan/traffic_counter.h"
#include "platform/storage/sqlite/database/exclusion_sql.h"
#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/query/sqlite_memberships.h"

namespace crossfade::storage::sqlite {

namespace {

class TrafficScan {
 public:
  TrafficScan(SQLite::Database& database, const TrafficQuery& query)
      : database_(database),
        until_(query.until ? query.until->ms : kForever),
        memberships_(database, query_of(query)),
        experiment_(memberships_.experiments().front()) {}

  Traffic run() {
    Traffic traffic{.version = experiment_.version, .variants = {}};
    if (!experiment_.first_exposure) return traffic;
    // There is one experiment, so that a unit's membership has the unit's number.
    std::vector<std::size_t> variant;
    for (const Membership& membership : memberships_.all()) {
      variant.push_back(membership.variant == UnitTable::kSeveral ? 0 : static_cast<std::size_t>(membership.variant));
    }
    TrafficCounter counter(experiment_.variants, std::move(variant), *experiment_.first_exposure);
    for (const Membership& membership : memberships_.all()) {
      if (membership.variant != UnitTable::kSeveral) counter.add_exposure(membership.unit, {membership.first_seen});
    }
    read_sessions(counter);
    read_playbacks(counter);
    traffic.variants = std::move(counter).run();
    return traffic;
  }

 private:
  static AggregateQuery query_of(const TrafficQuery& query) {
    AggregateQuery all;
    all.experiments = {query.experiment};
    all.until = query.until;
    all.overridden = {{query.experiment, query.overridden}};
    return all;
  }

  // The number of a unit that counts at `at`; UnitIndex::kNone for all others.
  std::uint32_t counted(const SQLite::Column& column, std::int64_t at) const {
    const std::uint32_t unit = memberships_.units().find(column);
    if (unit == UnitIndex::kNone) return unit;
    const Membership& membership = memberships_.all()[unit];
    const bool counts = membership.variant != UnitTable::kSeveral && memberships_.counts(membership, at);
    return counts ? unit : UnitIndex::kNone;
  }

  void read_sessions(TrafficCounter& counter) {
    SQLite::Statement rows{
        database_, "SELECT unit, started_ms, ended_ms FROM sessions WHERE 1" + and_not_excluded(database_, "sessions")};
    while (rows.executeStep()) {
      const std::int64_t started = integer_at(rows.getColumn(1));
      if (integer_at(rows.getColumn(2)) >= until_) continue;
      const std::uint32_t unit = counted(rows.getColumn(0), started);
      if (unit != UnitIndex::kNone) counter.add_session(unit, {started});
    }
  }

  void read_playbacks(TrafficCounter& counter) {
    SQLite::Statement rows{database_,
                           "SELECT unit, at_ms, position, fraction, recommended IS NOT NULL, recommender, latency_ms "
                           "FROM playbacks WHERE 1" +
                               and_not_excluded(database_, "playbacks") + " ORDER BY id"};
    while (rows.executeStep()) {
      const std::int64_t at = integer_at(rows.getColumn(1));
      if (at >= until_) continue;
      const std::uint32_t unit = counted(rows.getColumn(0), at);
      if (unit == UnitIndex::kNone) continue;
      TrafficCounter::PlaybackFacts playback{.at = {at},
                                             .position = integer_at(rows.getColumn(2)),
                                             .fraction = real_at(rows.getColumn(3)),
                                             .is_request = rows.getColumn(4).getInt() != 0};
      const SQLite::Column recommender = rows.getColumn(5);
      if (!recommender.isNull()) playback.recommender = recommender.getText();  // points into the row
      playback.latency_ms = real_or_nan_at(rows.getColumn(6));
      counter.add_playback(unit, playback);
    }
  }

  SQLite::Database& database_;
  const std::int64_t until_;
  const Memberships memberships_;
  const UnitTable& experiment_;
};

}  // namespace

Traffic traffic(SQLite::Database& database, const TrafficQuery& query) {
  return TrafficScan(database, query).run();
}

}  // namespace crossfade::storage::sqlite
