#include "recommenders/external/bounded_log.h"

#include <utility>

namespace crossfade::recommenders::external {

namespace {

constexpr std::chrono::seconds kWindow{10};
constexpr std::size_t kLongestLine = 500;  // bytes

}  // namespace

BoundedLog::BoundedLog(std::string before, std::size_t lines, Say say)
    : before_(std::move(before)), lines_(lines), say_(std::move(say)) {}

BoundedLog::~BoundedLog() {
  const MutexLock lock(mutex_);
  tell_left_out();
}

void BoundedLog::tell_left_out() {
  if (left_out_ == 0 || !say_) return;
  say_(before_ + std::to_string(left_out_) + (left_out_ == 1 ? " line was" : " lines were") + " left out");
  left_out_ = 0;
}

void BoundedLog::line(std::string_view text, Time now) {
  const MutexLock lock(mutex_);
  if (said_ == 0 || now - since_ >= kWindow) {
    tell_left_out();
    since_ = now;
    said_ = 0;
  }
  if (said_ >= lines_) {
    ++left_out_;
    return;
  }
  ++said_;
  if (!say_) return;
  std::string whole = before_;
  whole += text.substr(0, kLongestLine);
  if (text.size() > kLongestLine) whole += "...";
  say_(whole);
}

}  // namespace crossfade::recommenders::external
