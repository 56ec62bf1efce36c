#include "platform/server/http/frame/long_bodies.h"

#include <algorithm>

namespace crossfade::server {

bool LongBodies::allows(std::string_view target) const {
  return std::ranges::find(paths_, target.substr(0, target.find('?'))) != paths_.end();
}

std::unique_ptr<LongBodies::Place> LongBodies::enter() {
  std::size_t taken = taken_.load(std::memory_order_relaxed);
  do {
    if (taken == most_) return nullptr;
  } while (!taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
  return std::make_unique<Place>(*this);
}

}  // namespace crossfade::server
