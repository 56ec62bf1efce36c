#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "platform/storage/contract/event_store.h"
#include "platform/storage/contract/unit_table.h"
#include "platform/storage/scan/attribute_levels.h"
#include "platform/storage/sqlite/query/sqlite_unit_index.h"

namespace crossfade::storage::sqlite {

inline constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// Keys of the experiments that the store knows, of those seen before `until` where that is given; sorted.
std::vector<std::string> known_experiments(SQLite::Database& database, std::optional<Timestamp> until);

// One unit in one experiment.
struct Membership {
  std::uint32_t unit = 0;        // of the index
  std::uint32_t experiment = 0;  // of the answer
  std::int32_t variant = 0;      // of the experiment; UnitTable::kSeveral
  std::uint32_t place = 0;       // among those of its experiment, in which AttributeLevels have them
  std::uint32_t row = kNoRow;    // of the experiment's table; none in those that are only grouped by
  std::int64_t first_seen = 0;
  std::int64_t last_seen = kForever;
  // First seen in any version up to this one: a new version splits the units as the former did, so what a unit did in
  // that is no history, but treated.
  std::int64_t first_treated = 0;

  static constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();
};

// Who was seen where, in the latest version of each experiment that a query names, and of those that it groups by.
class Memberships {
 public:
  Memberships(SQLite::Database& database, const AggregateQuery& query);

  const UnitIndex& units() const { return units_; }
  // Tables without units for the query's experiments, then for those that it only groups by.
  const std::vector<UnitTable>& experiments() const { return experiments_; }
  std::size_t asked() const { return asked_; }
  const std::vector<Membership>& all() const { return memberships_; }
  // Units of each experiment that was asked for.
  const std::vector<std::uint32_t>& rows() const { return rows_; }
  // Of an experiment that was asked for: in the order of the query's dimensions, of those that are of an attribute.
  const std::vector<AttributeLevels>& attributes(std::size_t experiment) const { return attributes_[experiment]; }
  // Whether what begins at `at` counts: from the unit's first exposure on, while the experiment goes on.
  bool counts(const Membership& membership, std::int64_t at) const {
    return at >= membership.first_seen && at <= membership.last_seen &&
           !is_paused(experiments_[membership.experiment].paused, {at});
  }
  // Positions in all() of a unit's memberships: they stand side by side.
  std::size_t begin(std::uint32_t unit) const { return first_[unit]; }
  std::size_t end(std::uint32_t unit) const { return first_[unit + 1]; }

 private:
  void choose_experiments(const AggregateQuery& query);
  void read_ends();
  void read_pauses();
  void read_exposures(std::uint32_t number, const std::set<UnitId>& overridden);
  void rank_attributes(std::uint32_t number);
  void read_earlier_versions(std::uint32_t number);
  void order();
  void number_rows();

  SQLite::Database& database_;
  const std::int64_t until_;
  std::vector<Dimension> dimensions_;  // of attributes
  UnitIndex units_;
  std::vector<UnitTable> experiments_;
  std::size_t asked_ = 0;
  std::vector<std::vector<Membership>> read_;  // of each experiment, until they are put in order
  std::vector<Membership> memberships_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::vector<AttributeLevels>> attributes_;  // of each experiment that was asked for
  std::vector<std::size_t> first_;
};

}  // namespace crossfade::storage::sqlite
