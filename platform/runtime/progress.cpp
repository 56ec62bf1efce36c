#include "platform/runtime/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace crossfade::runtime {

Progress::Progress(std::int64_t total, std::string unit)
    : total_(total), unit_(std::move(unit)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (drawn_) std::fputc('\n', stderr);
}

void Progress::show(std::int64_t done) {
  if (!terminal_ || total_ <= 0) return;
  constexpr std::int64_t width = 30;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  const double rate = elapsed.count() > 0 ? static_cast<double>(done) / elapsed.count() : 0;
  const auto filled = static_cast<std::size_t>(width * done / total_);
  fmt::print(stderr, "\r[{}{}] {:3} %  {} of {} {}, {:.0f} a second ", std::string(filled, '#'),
             std::string(static_cast<std::size_t>(width) - filled, '.'), 100 * done / total_, done, total_, unit_,
             rate);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace crossfade::runtime
