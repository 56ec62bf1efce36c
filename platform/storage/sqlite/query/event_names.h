#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/core/mutex.h"
#include "platform/storage/contract/event_store.h"

namespace crossfade::storage::sqlite {

// Counts custom events by name: rows are only ever added, so that each is looked at once. Where some were taken out, of
// the last ones that were counted, all are counted anew. Thread-safe, one at a time.
class EventNames {
 public:
  std::vector<EventName> read(SQLite::Database& database);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  Mutex mutex_;
  std::int64_t counted_ CROSSFADE_GUARDED_BY(mutex_) = 0;  // all rows up to this id
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> names_ CROSSFADE_GUARDED_BY(mutex_);
};

}  // namespace crossfade::storage::sqlite
