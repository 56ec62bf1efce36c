#include "recommenders/external/breaker.h"

#include <algorithm>

namespace crossfade::recommenders::external {

bool Breaker::admits(Time now) {
  if (state_ == State::open && now >= until_) state_ = State::half_open;
  switch (state_) {
    case State::closed:
      return true;
    case State::open:
      return false;
    case State::half_open:
      break;
  }
  if (trying_) return false;
  trying_ = true;
  return true;
}

void Breaker::succeeded() {
  if (state_ == State::open) return;  // asked before it opened: the one that tries decides
  state_ = State::closed;
  failures_ = 0;
  trying_ = false;
  open_for_ = std::chrono::milliseconds{0};
}

bool Breaker::failed(Time now) {
  if (state_ == State::open) return false;
  ++failures_;
  if (state_ == State::closed && failures_ < options_.failures) return false;
  open_for_ = std::clamp(open_for_ * 2, options_.shortest, options_.longest);
  until_ = now + open_for_;
  state_ = State::open;
  trying_ = false;
  return true;
}

void Breaker::withdrawn() {
  trying_ = false;
}

}  // namespace crossfade::recommenders::external
