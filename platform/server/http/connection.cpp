#include "platform/server/http/connection.h"

#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace crossfade::server {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kEnd = "\r\n\r\n";  // of a head
constexpr std::string_view kRange = "\nrange:";
constexpr std::size_t kFirstBuffer = 4096;
constexpr std::size_t kFlushAt = 65536;
// Chunked bodies carry lengths between the data; a body of tiny chunks is no honest one.
constexpr std::size_t kChunkOverhead = 16384;
constexpr std::chrono::milliseconds kLinger{500};
constexpr std::int64_t kIdleEnoughMs = 1000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Connection::Connection(int socket, const Limits& limits, OpenConnections& open, ReplyQueue& replies)
    : socket_(socket),
      limits_(limits),
      open_(open),
      queue_(replies),
      replies_(socket),
      in_(kFirstBuffer),
      place_(open.add(*this)) {}

Connection::~Connection() {
  queue_.wait_until_sent(replies_);
  open_.remove(place_);
}

bool Connection::fill(int flags) {
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  if (in_end_ == in_.size()) {
    if (in_begin_ > 0) {
      std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
      in_end_ -= in_begin_;
      in_begin_ = 0;
    } else {
      in_.resize(in_.size() * 2);
    }
  }
  ssize_t got = 0;
  do {
    got = ::recv(socket_, in_.data() + in_end_, in_.size() - in_end_, flags);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    broken_ = true;
    return false;
  }
  in_end_ += static_cast<std::size_t>(got);
  return true;
}

bool Connection::wait_for_request() {
  if (in_begin_ == in_end_) {
    idle_since_ms_.store(now_ms(), std::memory_order_relaxed);
    // Whoever drains sets its flag first and looks for idle connections then; here it is the other way round, so that
    // one of the two sees the other.
    idle_.store(true);
    const bool received = fill(open_.draining() ? MSG_DONTWAIT : 0);
    idle_.store(false);
    return received;
  }
  return true;
}

Connection::Head Connection::receive_head() {
  if (!wait_for_request() || replies_.refused()) return Head::none;
  deadline_ = steady_clock::now() + limits_.request;
  std::size_t searched = 0;
  for (;;) {
    const std::string_view head(in_.data() + in_begin_, in_end_ - in_begin_);
    if (const auto end = head.find(kEnd, searched); end != std::string_view::npos) {
      if (end + kEnd.size() > limits_.head_bytes) return Head::too_long;
      hide_ranges(end);
      budget_ = end + kEnd.size() + limits_.body_bytes + kChunkOverhead;
      return Head::complete;
    }
    if (head.size() >= limits_.head_bytes) return Head::too_long;
    searched = head.size() < kEnd.size() ? 0 : head.size() - (kEnd.size() - 1);
    if (steady_clock::now() > deadline_ || !fill()) return Head::none;
  }
}

void Connection::hide_ranges(std::size_t head_end) {
  char* const begin = in_.data() + in_begin_;
  char* const end = begin + head_end;
  for (char* line = begin; (line = std::find(line, end, '\n')) != end; ++line) {
    const auto left = static_cast<std::size_t>(end - line);
    if (left >= kRange.size() && ::strncasecmp(line, kRange.data(), kRange.size()) == 0) line[1] = '-';
  }
}

ssize_t Connection::read(char* data, std::size_t size) {
  if (broken_) return -1;
  if (in_begin_ == in_end_) {
    // Whoever waits for "100 Continue" must have it before the body can come.
    if (!flush() || steady_clock::now() > deadline_ || !fill()) return -1;
  }
  const std::size_t n = std::min({size, in_end_ - in_begin_, budget_});
  if (n == 0 && size > 0) return -1;
  std::memcpy(data, in_.data() + in_begin_, n);
  in_begin_ += n;
  budget_ -= n;
  return static_cast<ssize_t>(n);
}

ssize_t Connection::write(const char* data, std::size_t size) {
  out_.append(data, size);
  if (out_.size() >= kFlushAt && !flush()) return -1;
  return static_cast<ssize_t>(size);
}

void Connection::flush_when_durable(ReplyQueue::Ticket ticket) {
  queue_.push(replies_, std::move(out_), ticket);
  out_.clear();
}

bool Connection::flush() {
  queue_.wait_until_sent(replies_);
  broken_ = broken_ || replies_.refused();
  std::size_t sent = 0;
  while (sent < out_.size() && !broken_) {
    const ssize_t n = ::send(socket_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
    if (n >= 0) {
      sent += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  out_.clear();
  return !broken_;
}

void Connection::linger() {
  if (broken_ || ::shutdown(socket_, SHUT_WR) != 0) return;
  const auto end = steady_clock::now() + kLinger;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
    pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0) return;
    if (::recv(socket_, in_.data(), in_.size(), 0) <= 0) return;
  }
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

OpenConnections::Place OpenConnections::add(Connection& connection) {
  const MutexLock lock(mutex_);
  return connections_.insert(connections_.end(), &connection);
}

void OpenConnections::remove(Place place) {
  const MutexLock lock(mutex_);
  connections_.erase(place);
}

void OpenConnections::drain() {
  draining_.store(true);
  const MutexLock lock(mutex_);
  for (Connection* connection : connections_) {
    if (connection->idle_.load()) ::shutdown(connection->socket_, SHUT_RD);
  }
}

void OpenConnections::close_longest_idle() {
  const MutexLock lock(mutex_);
  Connection* longest = nullptr;
  std::int64_t since = now_ms() - kIdleEnoughMs;
  for (Connection* connection : connections_) {
    const std::int64_t its = connection->idle_since_ms_.load(std::memory_order_relaxed);
    if (connection->idle_.load() && !connection->replies_.any() && its <= since) {
      longest = connection;
      since = its - 1;
    }
  }
  if (longest != nullptr) ::shutdown(longest->socket_, SHUT_RD);
}

void OpenConnections::abort() {
  const MutexLock lock(mutex_);
  for (Connection* connection : connections_) ::shutdown(connection->socket_, SHUT_RDWR);
}

std::size_t OpenConnections::size() const {
  const MutexLock lock(mutex_);
  return connections_.size();
}

}  // namespace crossfade::server
