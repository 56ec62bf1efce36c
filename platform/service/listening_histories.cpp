#include "platform/service/listening_histories.h"

#include <algorithm>

namespace crossfade::service {

void ListeningHistories::set_bounds(Bounds bounds) {
  bounds_ = bounds;
  if (bounds_.listens == 0) {
    listens_.clear();
    return;
  }
  for (auto& [unit, listens] : listens_) {
    if (listens.size() > bounds_.listens) listens.resize(bounds_.listens);
  }
  if (listens_.size() > bounds_.units) forget_some();
}

std::span<const Listen> ListeningHistories::add(const UnitId& unit, const Listen& listen, Before& before) {
  if (bounds_.listens == 0) return {};
  if (listens_.size() >= bounds_.units && !listens_.contains(unit)) forget_some();
  std::vector<Listen>& listens = listens_[unit];
  before.added = true;
  if (listens.size() >= bounds_.listens) {
    before.dropped = listens.back();
    listens.pop_back();
  }
  listens.insert(listens.begin(), listen);
  return listens;
}

std::vector<Listen> ListeningHistories::with(const UnitId& unit, const Listen& listen) const {
  if (bounds_.listens == 0) return {};
  std::vector<Listen> listens{listen};
  if (const auto known = listens_.find(unit); known != listens_.end()) {
    const std::size_t kept = std::min(known->second.size(), bounds_.listens - 1);
    listens.insert(listens.end(), known->second.begin(), known->second.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  return listens;
}

void ListeningHistories::undo(const UnitId& unit, const Before& before) {
  const auto found = listens_.find(unit);
  if (!before.added || found == listens_.end()) return;
  std::vector<Listen>& listens = found->second;
  listens.erase(listens.begin());
  if (before.dropped && listens.size() < bounds_.listens) listens.push_back(*before.dropped);
  if (listens.empty()) listens_.erase(found);
}

void ListeningHistories::extend(const UnitId& unit, std::span<const Listen> stored) {
  if (bounds_.listens == 0 || stored.empty()) return;
  if (listens_.size() >= bounds_.units && !listens_.contains(unit)) return;
  std::vector<Listen>& listens = listens_[unit];
  // The store's newest are the oldest here.
  std::size_t known = std::min(listens.size(), stored.size());
  while (known > 0 && !std::ranges::equal(stored.first(known), std::span(listens).last(known))) --known;
  for (const Listen& listen : stored.subspan(known)) {
    if (listens.size() >= bounds_.listens) return;
    listens.push_back(listen);
  }
}

void ListeningHistories::forget_some() {
  std::vector<Timestamp> latest;
  latest.reserve(listens_.size());
  for (const auto& [unit, listens] : listens_) latest.push_back(listens.front().at);
  const auto middle = latest.begin() + static_cast<std::ptrdiff_t>(latest.size() / 2);
  std::ranges::nth_element(latest, middle);
  // At most half of them, also where many were heard at one time.
  std::size_t left = latest.size() / 2 + 1;
  std::erase_if(listens_, [&](const auto& entry) {
    if (left == 0 || entry.second.front().at > *middle) return false;
    --left;
    return true;
  });
}

}  // namespace crossfade::service
