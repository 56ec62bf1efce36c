#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/core/ids.h"
#include "platform/core/random.h"
#include "platform/storage/sqlite/database/sqlite_connection.h"

namespace crossfade::storage::sqlite {

// Numbers by 64-bit integers, in one piece of memory with linear probing: a scan of sessions looks up each of its
// million rows, and a node for each entry costs it a third of its time.
class IntegerIndex {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  // That of `key`, after `next` has become that if there was none.
  std::uint32_t add(std::int64_t key, std::uint32_t next) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    Entry& entry = entries_[place_of(key)];
    if (entry.number == kNone) {
      entry = {.key = key, .number = next};
      ++size_;
    }
    return entry.number;
  }
  std::uint32_t find(std::int64_t key) const { return entries_.empty() ? kNone : entries_[place_of(key)].number; }

 private:
  struct Entry {
    std::int64_t key = 0;
    std::uint32_t number = kNone;
  };

  // Where `key` is, or would be: at most half of the places are taken.
  std::size_t place_of(std::int64_t key) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t place = mix64(static_cast<std::uint64_t>(key)) & mask;
    while (entries_[place].number != kNone && entries_[place].key != key) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    const std::vector<Entry> former = std::move(entries_);
    entries_.assign(std::max<std::size_t>(1024, 2 * former.size()), {});
    for (const Entry& entry : former) {
      if (entry.number != kNone) entries_[place_of(entry.key)] = entry;
    }
  }

  std::vector<Entry> entries_;  // a power of two of them
  std::size_t size_ = 0;
};

// Numbers the units that take part in any of the experiments.
class UnitIndex {
 public:
  static constexpr std::uint32_t kNone = IntegerIndex::kNone;

  std::uint32_t add(const SQLite::Column& column) {
    const auto next = static_cast<std::uint32_t>(units_.size());
    const bool integer = column.isInteger();
    const auto slot =
        integer ? integers_.add(column.getInt64(), next) : texts_.try_emplace(column.getString(), next).first->second;
    if (slot == next) units_.push_back(unit_of(column));
    return slot;
  }
  std::uint32_t find(const SQLite::Column& column) const {
    if (column.isInteger()) return integers_.find(column.getInt64());
    const auto found = texts_.find(column.getString());
    return found == texts_.end() ? kNone : found->second;
  }
  // Of the number's unit.
  const UnitId& unit(std::uint32_t number) const { return units_[number]; }
  // The numbers in order of the units' texts: an order that no history of appends can change.
  std::vector<std::uint32_t> sorted() const {
    std::vector<std::uint32_t> order(units_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [this](std::uint32_t slot) -> const UnitId& { return units_[slot]; });
    return order;
  }
  std::size_t size() const { return units_.size(); }

 private:
  std::vector<UnitId> units_;
  IntegerIndex integers_;
  std::unordered_map<std::string, std::uint32_t> texts_;
};

}  // namespace crossfade::storage::sqlite
