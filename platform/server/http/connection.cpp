#include "platform/server/http/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/server/http/open_connections.h"

namespace crossfade::server {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kFirstBuffer = 4096;
constexpr std::size_t kLargestKept = std::size_t{256} * 1024;  // buffer, for the next request
constexpr std::chrono::milliseconds kLinger{500};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(int socket, const Limits& limits, OpenConnections& open, ReplyQueue& replies)
    : socket_(socket),
      limits_(limits),
      open_(open),
      queue_(replies),
      replies_(socket),
      frame_(limits.frame),
      waits_since_(steady_clock::now()),
      place_(open.add(*this)) {}

Connection::~Connection() {
  queue_.wait_until_sent(replies_);
  ::shutdown(socket_, SHUT_RDWR);
  open_.remove(place_);  // before the descriptor may be another's
  ::close(socket_);
}

Connection::Filled Connection::fill(bool patient) {
  if (in_.empty()) in_.resize(kFirstBuffer);
  if (in_end_ == in_.size()) {
    if (in_begin_ > 0) {
      std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
      in_end_ -= in_begin_;
      in_begin_ = 0;
    } else {
      // Twice as much as has come, but no more than the request has.
      const std::size_t announced = frame_.announced_size();
      const std::size_t twice = in_.size() * 2;
      in_.resize(announced > in_.size() ? std::min(announced, twice) : twice);
    }
  }
  ssize_t got = 0;
  do {
    got = ::recv(socket_, in_.data() + in_end_, in_.size() - in_end_, patient ? 0 : MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Filled::nothing_yet;
  if (got <= 0) {
    broken_ = true;
    return Filled::ended;
  }
  in_end_ += static_cast<std::size_t>(got);
  return Filled::some;
}

Connection::Arrival Connection::receive(bool patient) {
  if (replies_.refused()) return Arrival::none;  // nothing behind a refused request is taken
  for (;;) {
    if (in_begin_ < in_end_) {
      if (wait_ != Wait::rest_of_request) {
        wait_ = Wait::rest_of_request;
        request_deadline_ = steady_clock::now() + limits_.request;
      }
      if (frame_.read(arrived())) {
        // Nothing here has ranges, and the regular expression by which httplib 0.11 parses them recurses a frame a
        // character, a remote crash on a small stack; what Expect wants is done.
        for (const std::size_t name : frame_.hidden()) in_[in_begin_ + name] = '-';
        return Arrival::complete;
      }
      if (steady_clock::now() > request_deadline_) return Arrival::none;
      if (frame_.awaits_continue() && !continued_) send_continue();
    }
    switch (fill(patient)) {
      case Filled::some:
        break;
      case Filled::nothing_yet:
        if (in_begin_ == in_end_) waits_since_ = steady_clock::now();
        return Arrival::awaited;
      case Filled::ended:
        return Arrival::none;
    }
  }
}

void Connection::send_continue() {
  continued_ = true;
  write(kContinue.data(), kContinue.size());
  flush();  // where there is no room for so little, the body comes without
}

void Connection::end_request() {
  in_begin_ += frame_.size();
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  if (in_end_ == 0 && in_.size() > kLargestKept) in_ = {};
  read_ = 0;
  continued_ = false;
  frame_ = RequestFrame(limits_.frame);
  wait_ = Wait::request;
}

void Connection::rewind() {
  read_ = 0;
  out_.clear();
}

ssize_t Connection::read(char* data, std::size_t size) {
  const std::size_t n = std::min(size, frame_.size() - read_);
  if (n == 0) return -1;
  std::memcpy(data, in_.data() + in_begin_ + read_, n);
  read_ += n;
  return static_cast<ssize_t>(n);
}

ssize_t Connection::write(const char* data, std::size_t size) {
  out_.append(data, size);
  return static_cast<ssize_t>(size);
}

void Connection::flush_when_durable(ReplyQueue::Ticket ticket) {
  queue_.push(replies_, std::move(out_), ticket);
  out_.clear();
}

bool Connection::flush() {
  if (out_.empty()) return true;
  queue_.wait_until_sent(replies_);
  broken_ = broken_ || replies_.refused();
  while (sent_ < out_.size() && !broken_) {
    const ssize_t n = ::send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      sent_ += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_ = Wait::room;
      waits_since_ = steady_clock::now();
      return false;
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  sent_ = 0;
  out_ = {};  // a long answer's memory is not kept for the next
  if (wait_ == Wait::room) wait_ = Wait::request;
  return true;
}

bool Connection::linger() {
  if (wait_ != Wait::end) {
    if (::shutdown(socket_, SHUT_WR) != 0) return false;
    wait_ = Wait::end;
    waits_since_ = steady_clock::now();
  }
  in_begin_ = in_end_ = 0;
  while (!broken_ && steady_clock::now() < deadline()) {
    switch (fill(false)) {
      case Filled::some:
        in_end_ = 0;
        break;
      case Filled::nothing_yet:
        return true;
      case Filled::ended:
        return false;
    }
  }
  return false;
}

Connection::Time Connection::deadline() const {
  switch (wait_) {
    case Wait::rest_of_request:
      return request_deadline_;
    case Wait::end:
      return waits_since_ + kLinger;
    case Wait::request:
    case Wait::room:
      break;
  }
  return waits_since_ + limits_.idle;
}

bool Connection::client_left() const {
  pollfd peer{.fd = socket_, .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) > 0;
}

void Connection::abort() const {
  ::shutdown(socket_, SHUT_RDWR);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace crossfade::server
