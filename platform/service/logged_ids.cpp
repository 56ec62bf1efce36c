#include "platform/service/logged_ids.h"

#include <algorithm>
#include <utility>

namespace crossfade::service {

namespace {

constexpr std::size_t kFewest = 1024;  // places

}  // namespace

std::size_t IdSet::place_of(const Entry& entry) const {
  const std::size_t mask = entries_.size() - 1;
  std::size_t place = entry.high & mask;  // a hash
  while (entries_[place].low != 0 && entries_[place] != entry) place = (place + 1) & mask;
  return place;
}

bool IdSet::contains(const LoggedId& id) const {
  return !entries_.empty() && entries_[place_of(entry_of(id))].low != 0;
}

bool IdSet::add(const LoggedId& id) {
  if (4 * (size_ + 1) > 3 * entries_.size()) grow();
  const Entry entry = entry_of(id);
  Entry& place = entries_[place_of(entry)];
  if (place.low != 0) return false;
  place = entry;
  ++size_;
  return true;
}

void IdSet::remove(const LoggedId& id) {
  if (!contains(id)) return;
  const std::size_t mask = entries_.size() - 1;
  std::size_t hole = place_of(entry_of(id));
  entries_[hole] = {};
  --size_;
  // What stands behind it in the same run moves up, where a search would stop at the hole before it.
  for (std::size_t i = (hole + 1) & mask; entries_[i].low != 0; i = (i + 1) & mask) {
    const std::size_t home = entries_[i].high & mask;
    if (((i - home) & mask) < ((i - hole) & mask)) continue;
    entries_[hole] = std::exchange(entries_[i], {});
    hole = i;
  }
}

void IdSet::grow() {
  const std::vector<Entry> former = std::move(entries_);
  entries_.assign(std::max(kFewest, 2 * former.size()), {});
  for (const Entry& entry : former) {
    if (entry.low != 0) entries_[place_of(entry)] = entry;
  }
}

bool LoggedIds::add(const LoggedId& id) {
  for (const Day& day : days_) {
    if (day.ids.contains(id)) return false;
  }
  const std::int64_t number = utc_day(id.at);
  auto day = std::ranges::lower_bound(days_, number, {}, &Day::number);
  if (day == days_.end() || day->number != number) day = days_.insert(day, {.number = number, .ids = {}});
  return day->ids.add(id);
}

void LoggedIds::remove(const LoggedId& id) {
  for (Day& day : days_) day.ids.remove(id);
}

void LoggedIds::forget(Timestamp now) {
  const auto ended = [](const Day& day) { return (day.number + 1) * kMsPerDay; };
  while (!days_.empty() && ended(days_.front()) + kIdsKeptMs <= now.ms) days_.pop_front();
}

std::size_t LoggedIds::size() const {
  std::size_t size = 0;
  for (const Day& day : days_) size += day.ids.size();
  return size;
}

}  // namespace crossfade::service
