#include "platform/storage/sqlite/sqlite_unit_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "platform/core/random.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"
#include "platform/storage/sqlite/database/sqlite_row.h"

namespace crossfade::storage::sqlite {

namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

std::uint16_t tag_of(std::int64_t unit) {
  return static_cast<std::uint16_t>(mix64(static_cast<std::uint64_t>(unit)));
}

std::uint16_t tag_of(std::string_view unit) {
  return static_cast<std::uint16_t>(mix64(key_of(unit)));
}

std::uint16_t tag_of(const UnitId& unit) {
  const auto integer = integer_of(unit);
  return integer ? tag_of(*integer) : tag_of(std::string_view(unit.value));
}

// Rounds down, below 0 too.
constexpr std::int64_t block_of(std::int64_t id) {
  return id >> 10;
}

}  // namespace

UnitRows::UnitRows(std::string table, std::string key)
    : ids_in_range_("SELECT " + key + " FROM " + table + " WHERE " + key + " BETWEEN ? AND ? AND unit = ? ORDER BY " +
                    key),
      tags_in_range_("SELECT " + key + ", unit FROM " + table + " WHERE " + key + " BETWEEN ? AND ? ORDER BY " + key) {}

std::vector<std::int64_t> UnitRows::find(SQLite::Database& database, const UnitId& unit) {
  const MutexLock lock{mutex_};
  for (const Range& range : unknown()) read(database, range);
  std::vector<std::int64_t> found;
  const Tag tag = tag_of(unit);
  for (const auto& [number, tags] : blocks_) {
    if (std::ranges::find(*tags, tag) == tags->end()) continue;
    for (std::int64_t i = 0; i < kBlock; ++i) {
      if ((*tags)[static_cast<std::size_t>(i)] == tag) found.push_back(number * kBlock + i);
    }
  }
  SQLite::Statement rows{database, ids_in_range_};
  bind_unit(rows, 3, unit);
  for (const Range& range : unknown()) {
    rows.bind(1, range.first);
    rows.bind(2, range.last);
    while (rows.executeStep()) found.push_back(integer_at(rows.getColumn(0)));
    rows.reset();
  }
  std::ranges::sort(found);
  return found;
}

// Between, before and behind the blocks.
std::vector<UnitRows::Range> UnitRows::unknown() const {
  std::vector<Range> ranges;
  std::int64_t next = kFirst;
  for (const auto& [number, tags] : blocks_) {
    const std::int64_t first = number * kBlock;
    if (next < first) ranges.push_back({.first = next, .last = first - 1});
    next = first + kBlock;
  }
  ranges.push_back({.first = next, .last = kNoEnd});
  return ranges;
}

void UnitRows::read(SQLite::Database& database, const Range& range) {
  SQLite::Statement rows{database, tags_in_range_};
  rows.bind(1, range.first);
  rows.bind(2, range.last);
  auto tags = std::make_unique<Tags>();
  std::int64_t block = kFirst;  // that `tags` are of
  std::int64_t in_block = 0;
  while (rows.executeStep()) {
    const std::int64_t id = integer_at(rows.getColumn(0));
    if (block_of(id) != block) in_block = 0;
    block = block_of(id);
    const SQLite::Column unit = rows.getColumn(1);
    (*tags)[static_cast<std::size_t>(id - block * kBlock)] =
        unit.isInteger() ? tag_of(unit.getInt64()) : tag_of(text_of(unit));
    if (++in_block < kBlock) continue;
    blocks_[block] = std::exchange(tags, std::make_unique<Tags>());
  }
}

}  // namespace crossfade::storage::sqlite
