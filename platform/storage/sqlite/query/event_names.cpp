#include "platform/storage/sqlite/query/event_names.h"

#include <algorithm>

#include "platform/storage/sqlite/database/sqlite_row.h"
#include "platform/storage/sqlite/database/sqlite_schema.h"

namespace crossfade::storage::sqlite {

std::vector<EventName> EventNames::read(SQLite::Database& database) {
  if (!has_table(database, "events")) return {};
  const MutexLock lock{mutex_};
  SQLite::Statement last{database, "SELECT 1 FROM events WHERE id = ?"};
  last.bind(1, counted_);
  if (counted_ != 0 && !last.executeStep()) {
    names_.clear();
    counted_ = 0;
  }
  SQLite::Statement rows{database, "SELECT id, name FROM events WHERE id > ? ORDER BY id"};
  rows.bind(1, counted_);
  while (rows.executeStep()) {
    counted_ = integer_at(rows.getColumn(0));
    const std::string_view name = text_or_empty(rows.getColumn(1));
    const auto known = names_.find(name);
    if (known != names_.end()) {
      ++known->second;
    } else if (names_.size() < kMostEventNames) {
      names_.emplace(name, 1);
    }
  }
  std::vector<EventName> names;
  names.reserve(names_.size());
  for (const auto& [name, events] : names_) names.push_back({.name = name, .events = events});
  std::ranges::sort(names, {}, &EventName::name);
  return names;
}

}  // namespace crossfade::storage::sqlite
