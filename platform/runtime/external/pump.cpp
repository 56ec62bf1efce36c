#include "platform/runtime/external/pump.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "platform/core/error.h"

namespace crossfade::runtime::external {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kErrorLines = 50;      // in ten seconds
constexpr std::size_t kLongestError = 4096;  // bytes of a line of stderr, which is cut there
constexpr std::size_t kReadAtOnce = 1 << 16;
constexpr milliseconds kLook{250};          // after which a command is looked at whose descendants keep its pipes
constexpr milliseconds kLivedLong{10'000};  // whoever lived and answered so long is started again soon

}  // namespace

Pump::Pump(Options options, recommenders::external::Receiver& receiver)
    : options_(std::move(options)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      errors_(options_.before, kErrorLines, options_.say),
      receiver_(&receiver) {
  if (wake_ < 0) throw Error::internal(fmt::format("cannot make an event: {}", std::strerror(errno)));
  thread_ = std::thread([this] {
    run();
    finished_ = true;
  });
}

Pump::~Pump() {
  release();
  thread_.join();
  ::close(wake_);
}

void Pump::wake() const {
  const std::uint64_t one = 1;
  // It fails only where the thread is to wake already.
  static_cast<void>(::write(wake_, &one, sizeof(one)));
}

void Pump::send(std::uint64_t sent, std::string message) {
  message += '\n';
  bool wakes = false;
  {
    const MutexLock lock(mutex_);
    wakes = outgoing_.empty();
    outgoing_.push_back({.sent = sent, .line = std::move(message)});
  }
  if (wakes) wake();
}

void Pump::abandon(std::uint64_t sent) {
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find(outgoing_, sent, &Outgoing::sent);
  if (found == outgoing_.end() || (found == outgoing_.begin() && written_ > 0)) return;
  outgoing_.erase(found);
}

void Pump::replace(const std::string& why) {
  {
    const MutexLock lock(mutex_);
    if (wish_ != Wish::none) return;
    wish_ = Wish::replaced;
    why_replaced_ = why;
  }
  wake();
}

void Pump::release() {
  {
    const MutexLock telling(telling_);
    receiver_ = nullptr;
    const MutexLock lock(mutex_);
    wish_ = Wish::released;
  }
  wake();
}

Pump::Wish Pump::wish() {
  const MutexLock lock(mutex_);
  return wish_;
}

void Pump::tell_up() {
  const MutexLock telling(telling_);
  if (receiver_ != nullptr) receiver_->up();
}

void Pump::tell_down(std::string why, milliseconds pause) {
  if (options_.restarts) why += fmt::format("; starts again in {} ms", pause.count());
  const MutexLock telling(telling_);
  {
    const MutexLock lock(mutex_);  // with the telling: what is sent from now on is for the next one
    outgoing_.clear();
    written_ = 0;
    if (wish_ == Wish::replaced) wish_ = Wish::none;
  }
  if (receiver_ != nullptr) receiver_->down(why);
}

void Pump::run() {
  // A pipe that nobody reads any more is an error of `write` here, and no reason to end.
  sigset_t broken_pipe;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  milliseconds length = options_.first_pause;
  while (wish() != Wish::released) {
    const Time begin = steady_clock::now();
    answered_ = false;
    run_once(length);
    if (!options_.restarts || !pause(length)) return;
    const bool lived = answered_ && steady_clock::now() - begin > kLivedLong;
    length = lived ? options_.first_pause : std::min(2 * length, options_.longest_pause);
  }
}

void Pump::run_once(milliseconds pause) {
  try {
    ChildProcess child(options_.command, options_.directory, options_.environment);
    tell_up();
    tell_down(serve(child), pause);  // nobody waits for its end
    end(child);
  } catch (const Error& error) {
    tell_down(error.what(), pause);
  }
}

std::string Pump::serve(ChildProcess& child) {
  std::string lines;
  std::string errors;
  bool reads_errors = true;
  skips_ = false;
  const auto ended = [&](std::string why) {
    read_errors(child.err(), errors);
    if (!errors.empty()) errors_.line(errors);
    return why;
  };
  for (;;) {
    wait(child, reads_errors);
    switch (wish()) {
      case Wish::none:
        break;
      case Wish::replaced: {
        const MutexLock lock(mutex_);
        return why_replaced_;
      }
      case Wish::released:
        return ended("");
    }
    reads_errors = read_errors(child.err(), errors);
    const bool open = read_lines(child.out(), lines);
    if (!open) {
      // It ends, most likely: how is known in a moment.
      const Time end = steady_clock::now() + kLook;
      while (!child.end() && steady_clock::now() < end) ::poll(nullptr, 0, 5);
      return ended(child.end().value_or("has closed its stdout"));
    }
    if (const auto end = child.end()) return ended(*end);
    if (!write_some(child)) return ended(child.end().value_or("has closed its stdin"));
  }
}

void Pump::end(ChildProcess& child) {
  child.close_in();
  child.signal(SIGTERM);
  const Time until = steady_clock::now() + options_.grace;
  std::string rest;
  std::array<char, 4096> ignored{};
  while (!child.end() && steady_clock::now() < until) {
    ::poll(nullptr, 0, 5);
    read_errors(child.err(), rest);
    while (::read(child.out(), ignored.data(), ignored.size()) > 0) {
    }
  }
}

void Pump::wait(const ChildProcess& child, bool reads_errors) {
  bool writes = false;
  {
    const MutexLock lock(mutex_);
    writes = !outgoing_.empty();
  }
  std::array<pollfd, 4> files{pollfd{.fd = wake_, .events = POLLIN, .revents = 0},
                              pollfd{.fd = child.out(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = reads_errors ? child.err() : -1, .events = POLLIN, .revents = 0},
                              pollfd{.fd = writes ? child.in() : -1, .events = POLLOUT, .revents = 0}};
  ::poll(files.data(), files.size(), static_cast<int>(kLook.count()));
  std::uint64_t count = 0;
  static_cast<void>(::read(wake_, &count, sizeof(count)));
}

bool Pump::pause(milliseconds length) {
  const Time end = steady_clock::now() + length;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    if (wish() == Wish::released) return false;
    if (left.count() <= 0) return true;
    pollfd woken{.fd = wake_, .events = POLLIN, .revents = 0};
    ::poll(&woken, 1, static_cast<int>(left.count()));
    std::uint64_t count = 0;
    static_cast<void>(::read(wake_, &count, sizeof(count)));
  }
}

bool Pump::write_some(ChildProcess& child) {
  const MutexLock lock(mutex_);
  while (!outgoing_.empty()) {
    const std::string_view left = std::string_view(outgoing_.front().line).substr(written_);
    const ssize_t n = ::write(child.in(), left.data(), left.size());
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    written_ += static_cast<std::size_t>(n);
    if (written_ < outgoing_.front().line.size()) return true;
    outgoing_.pop_front();
    written_ = 0;
  }
  return true;
}

void Pump::take_line(std::string_view line) {
  if (std::exchange(skips_, false) || line.empty()) return;
  answered_ = true;
  const MutexLock telling(telling_);
  if (receiver_ != nullptr) receiver_->received(0, line);
}

bool Pump::read_lines(int file, std::string& buffer) {
  std::array<char, kReadAtOnce> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  const ssize_t n = ::read(file, block.data(), block.size());
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  std::string_view rest(block.data(), static_cast<std::size_t>(n));
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    if (buffer.empty()) {
      take_line(rest.substr(0, end));
    } else {
      buffer += rest.substr(0, end);
      take_line(buffer);
      buffer.clear();
    }
    rest.remove_prefix(end + 1);
  }
  buffer += rest;
  if (buffer.size() > options_.longest_line) {
    // What it begins with is no answer, and what goes on for as long is another one that is none.
    skips_ = false;
    take_line(std::string_view(buffer).substr(0, 64));
    buffer.clear();
    skips_ = true;
  }
  return n > 0;
}

bool Pump::read_errors(int file, std::string& buffer) {
  std::array<char, kReadAtOnce> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  const ssize_t n = ::read(file, block.data(), block.size());
  if (n <= 0) return n < 0;
  for (const char c : std::string_view(block.data(), static_cast<std::size_t>(n))) {
    if (c == '\n') {
      errors_.line(std::exchange(buffer, {}));
    } else if (buffer.size() < kLongestError) {
      buffer += c;
    }
  }
  return true;
}

}  // namespace crossfade::runtime::external
