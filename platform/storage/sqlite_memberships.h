#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "platform/storage/event_store.h"
#include "platform/storage/sqlite_unit_index.h"
#include "platform/storage/unit_table.h"

namespace crossfade::storage::sqlite {

inline constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// One unit in one experiment.
struct Membership {
  std::uint32_t unit = 0;        // of the index
  std::uint32_t experiment = 0;  // of the answer
  std::int32_t variant = 0;      // of the experiment; UnitTable::kSeveral
  std::int64_t first_seen = 0;
  std::int64_t last_seen = kForever;
  std::uint32_t row = kNoRow;  // among the memberships in experiments that were asked for

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
  // How many of them are in experiments that were asked for, rather than only grouped by.
  std::size_t rows() const { return rows_; }
  // Positions in all() of a unit's memberships: they stand side by side.
  std::size_t begin(std::uint32_t unit) const { return first_[unit]; }
  std::size_t end(std::uint32_t unit) const { return first_[unit + 1]; }

 private:
  void choose_experiments(const AggregateQuery& query);
  // Experiment, version and until, where a statement asks for them in this order.
  void bind(SQLite::Statement& statement, const UnitTable& experiment) const;
  void read_variants(UnitTable& experiment);
  void read_exposures(std::uint32_t number);
  void order();

  SQLite::Database& database_;
  const std::int64_t until_;
  UnitIndex units_;
  std::vector<UnitTable> experiments_;
  std::size_t asked_ = 0;
  std::vector<Membership> memberships_;
  std::size_t rows_ = 0;
  std::vector<std::size_t> first_;
};

}  // namespace crossfade::storage::sqlite
