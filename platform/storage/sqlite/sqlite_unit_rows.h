#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/mutex.h"

namespace crossfade::storage::sqlite {

// Finds the rows of a unit in a table that is not indexed by unit, as that would make logging slow. Rows are only ever
// added: of each block of 1024 ids that are all there, 16 bits of each row's unit are remembered, 20 MB for 10 million
// rows, and of 65 536 other rows one is taken for the unit's. All other rows are read each time: the last ones, and
// those around ids that are free, into which rows may still come. So whoever adds rows, they are found; a table with a
// free id in each block is read as a whole. Thread-safe, one search at a time.
class UnitRows {
 public:
  UnitRows(std::string table, std::string key);

  // Ids of rows of which some may be of another unit, ascending. The first search reads the table, .2 s a million rows.
  std::vector<std::int64_t> find(SQLite::Database& database, const UnitId& unit);

 private:
  static constexpr std::int64_t kBlock = 1024;
  using Tag = std::uint16_t;
  using Tags = std::array<Tag, kBlock>;
  struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };

  std::vector<Range> unknown() const CROSSFADE_REQUIRES(mutex_);
  void read(SQLite::Database& database, const Range& range) CROSSFADE_REQUIRES(mutex_);

  const std::string ids_in_range_;
  const std::string tags_in_range_;
  Mutex mutex_;
  std::map<std::int64_t, std::unique_ptr<Tags>> blocks_ CROSSFADE_GUARDED_BY(mutex_);  // by id / kBlock
};

}  // namespace crossfade::storage::sqlite
